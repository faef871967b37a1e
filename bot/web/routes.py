"""The API's routes for reading: what is open to all, and what is for people."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Response
from fastapi.responses import StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST

from bot.domain.people import Person
from bot.web import live, metrics, present, present_actions
from bot.web.action_views import ActionsView
from bot.web.parts import Parts
from bot.web.views import Detail, HealthView, StatusView, Summary
from bot.web.who import Who

DAY = 86_400.0
"""Seconds that are looked back for actions that still run."""

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
            silences = await unit.silences.valid()
        return [present.summary(one, pending, silences) for one in found]

    @routes.get("/incidents/{incident_id}")
    async def incident(incident_id: Id, person: Annotated[Person, Depends(who)]) -> Detail:
        """One incident with all that is known of it. A unique beginning of its id will do."""
        async with parts.store.read() as unit:
            dossier = await unit.incidents.dossier(incident_id)
            charts = await unit.telemetry.charts(dossier.incident.id) if dossier else ()
            silences = await unit.silences.valid()
        if dossier is None:
            raise HTTPException(404, f"no incident {incident_id}: GET /api/incidents lists them")
        return present.detail(dossier, charts, silences, person.identity)

    @routes.get("/live", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
    async def stream() -> StreamingResponse:
        """Server-sent events: `changed` with what changed, and `beat` as a sign of life.

        `changed` has ids and versions of incidents; whether the switch or a standing approval changed (`actions`); and
        whether a silence or a word on a threshold did (`wishes`).
        """
        news = live.news(parts.store, parts.bell, parts.closing)
        return StreamingResponse(news, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return routes


def acting(parts: Parts) -> APIRouter:
    """What signed-in people read about actions."""
    who = Who(parts.door)
    routes = APIRouter(prefix="/api")

    @routes.get("/actions")
    async def actions(person: Annotated[Person, Depends(who)]) -> ActionsView:
        """Whether actions may run, what is approved in advance, what runs now, and whether the asker may decide."""
        async with parts.store.read() as unit:
            stop = await unit.ledger.stopped()
            given = await unit.standings.valid()
            executed = await unit.ledger.executed_since(await unit.now() - DAY)
        return present_actions.actions(stop, given, executed, may_decide=person.identity in parts.approvers)

    return routes


def _health(parts: Parts) -> HealthView:
    found = present.parts(parts.health.parts, parts.health.notes)
    well = all(part.up for part in found)
    return HealthView(status="ok" if well else "trouble", version=parts.version, parts=found)
