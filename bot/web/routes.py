"""The API's routes: what is open to all, what people read, and what they decide."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST

from bot.domain import approval
from bot.domain.card import Verb
from bot.domain.people import Click, Person
from bot.web import live, metrics, present
from bot.web.fences import foreign
from bot.web.parts import Parts
from bot.web.views import Decided, Decision, Detail, HealthView, StatusView, Summary
from bot.web.who import Who

Id = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
Before = Annotated[float | None, Query(description="only those opened before, epoch seconds", allow_inf_nan=False)]


def health(parts: Parts) -> APIRouter:
    """`/health` for anybody, `/metrics` for anybody or for signed-in people, as the config says."""
    routes = APIRouter()

    @routes.get("/health", responses={503: {"model": HealthView}})
    async def how_is_it(response: Response) -> HealthView:
        """How Steward is: 503 when a part that the config names is down."""
        found = _health(parts)
        response.status_code = 200 if found.status == "ok" else 503
        return found

    guarded = [] if parts.metrics_open else [Depends(Who(parts.door))]

    @routes.get("/metrics", response_class=Response, dependencies=guarded)
    async def own_metrics() -> Response:
        """Steward's own metrics, in Prometheus' text format."""
        text = await metrics.exposition(parts.store, parts.health.parts, parts.version)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return routes


def reading(parts: Parts) -> APIRouter:
    """What signed-in people read."""
    who = Who(parts.door)
    routes = APIRouter(prefix="/api", dependencies=[Depends(who)])

    @routes.get("/status")
    async def status(person: Annotated[Person, Depends(who)]) -> StatusView:
        """How Steward is, who asks, and how much is open."""
        async with parts.store.read() as unit:
            live_now = await unit.incidents.live(await unit.now())
            pending = await unit.ledger.pending()
        count = sum(one.state != "resolved" for one in live_now)
        whole = _health(parts).model_dump()
        whole |= {"zone": str(parts.zone), "person": person.words, "open": count, "pending": len(pending)}
        return StatusView.model_validate(whole)

    @routes.get("/incidents")
    async def incidents(limit: Annotated[int, Query(ge=1, le=200)] = 50, before: Before = None) -> list[Summary]:
        """The incidents, newest first."""
        async with parts.store.read() as unit:
            found = await unit.incidents.recent(limit, before)
            pending = await unit.ledger.pending()
        return [present.summary(one, pending) for one in found]

    @routes.get("/incidents/{incident_id}")
    async def incident(incident_id: Id) -> Detail:
        """One incident with all that is known of it. A unique beginning of its id will do."""
        async with parts.store.read() as unit:
            dossier = await unit.incidents.dossier(incident_id)
            charts = await unit.telemetry.charts(dossier.incident.id) if dossier else ()
        if dossier is None:
            raise HTTPException(404, f"no incident {incident_id}: GET /api/incidents lists them")
        return present.detail(dossier, charts)

    @routes.get("/live", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
    async def stream() -> StreamingResponse:
        """Server-sent events: `changed` with ids and versions of incidents, and `beat` as a sign of life."""
        news = live.news(parts.store, parts.bell, parts.closing)
        return StreamingResponse(news, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return routes


def deciding(parts: Parts) -> APIRouter:
    """The buttons. Who may decide is the desk's to say: here a signed-in person suffices."""
    who = Who(parts.door)
    routes = APIRouter(prefix="/api/proposals", dependencies=[Depends(who), Depends(_from_here)])

    async def click(proposal_id: str, verb: Verb, digest: str, person: Person) -> tuple[int, Decided]:
        async with parts.store.read() as unit:
            if await unit.ledger.proposal(proposal_id) is None:
                raise HTTPException(404, f"no proposal {proposal_id}: the incident's page has the newest ones")
        # The id names the deed, so a request that is sent again gets the same answer and does nothing twice.
        same = f"web/{person.id}/{proposal_id}/{verb}/{approval.token(digest)}"
        answer = await parts.desk.click(Click(same, person, verb, proposal_id, digest))
        return 200 if answer.accepted else 409, Decided(accepted=answer.accepted, text=answer.text)

    @routes.post("/{proposal_id}/approve", responses={409: {"model": Decided}})
    async def approve(
        proposal_id: Id, decision: Decision, person: Annotated[Person, Depends(who)], response: Response
    ) -> Decided:
        """Yes to exactly this plan. 409 with the reason when it has no effect."""
        response.status_code, decided = await click(proposal_id, "approve", decision.digest, person)
        return decided

    @routes.post("/{proposal_id}/reject", responses={409: {"model": Decided}})
    async def reject(
        proposal_id: Id, decision: Decision, person: Annotated[Person, Depends(who)], response: Response
    ) -> Decided:
        """No. 409 with the reason when it has no effect."""
        response.status_code, decided = await click(proposal_id, "reject", decision.digest, person)
        return decided

    return routes


def _health(parts: Parts) -> HealthView:
    found = present.parts(parts.health.parts, parts.health.notes)
    well = all(part.up for part in found)
    return HealthView(status="ok" if well else "trouble", version=parts.version, parts=found)


def _from_here(request: Request) -> None:
    """Lets changes through that come from our own page or from a script."""
    reason = foreign(request.headers)
    if reason:
        raise HTTPException(415 if reason.startswith("send") else 403, reason)
