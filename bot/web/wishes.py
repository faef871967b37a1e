"""The API's buttons about the care for incidents. Whoever is signed in may press them: none acts on a target."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response

from bot.domain.card import Verb
from bot.domain.people import Click, Person
from bot.web import present_care, presses
from bot.web.action_views import Decided
from bot.web.care_views import Asked, Nothing, Question, Reason, SilenceOrder, SilenceView, TunedView, VerdictOrder
from bot.web.parts import Parts
from bot.web.presses import Key
from bot.web.routes import Id
from bot.web.who import Who


def on_incidents(parts: Parts) -> APIRouter:
    """Ack, resolve, a verdict, a silence and a question. A unique beginning of the incident's id will do."""
    routes = presses.router(parts, "/api/incidents")
    somebody = Annotated[Person, Depends(Who(parts.door))]

    async def known(incident_id: Id) -> str:
        async with parts.store.read() as unit:
            dossier = await unit.incidents.dossier(incident_id)
        if dossier is None:
            raise HTTPException(404, f"no incident {incident_id}: GET /api/incidents lists them")
        return dossier.incident.id

    about = Annotated[str, Depends(known)]

    @routes.post("/{incident_id}/ack")
    async def ack(one: about, _: Nothing, person: somebody, response: Response, key: Key = None) -> Decided:
        """Says that the asker looks after it. 409 with the reason when it has no effect."""
        click = Click(presses.name(person, key, one, "ack"), person, "ack", one, "")
        return presses.told(await parts.desk.click(click), response)

    @routes.post("/{incident_id}/resolve")
    async def resolve(one: about, _: Nothing, person: somebody, response: Response, key: Key = None) -> Decided:
        """Ends it by hand. 409 with the reason when it has no effect."""
        return presses.told(await parts.desk.command(presses.command(person, key, "resolve", one)), response)

    @routes.post("/{incident_id}/verdict")
    async def verdict(
        one: about, order: VerdictOrder, person: somebody, response: Response, key: Key = None
    ) -> Decided:
        """Says what the asker thinks of it; `harmless` ends it too. 409 with the reason when it has no effect."""
        verb: Verb = order.verdict
        click = Click(presses.name(person, key, one, verb), person, verb, one, "")
        return presses.told(await parts.desk.click(click), response)

    @routes.post("/{incident_id}/silence")
    async def silence(
        one: about, order: SilenceOrder, person: somebody, response: Response, key: Key = None
    ) -> Decided:
        """Tells the chats nothing of its services for a while. 409 with the reason when it has no effect."""
        words = ("silence", one, order.span.strip(), *order.reason.split())
        return presses.told(await parts.desk.command(presses.command(person, key, *words)), response)

    @routes.post("/{incident_id}/ask")
    async def ask(one: about, order: Question, person: somebody, response: Response, key: Key = None) -> Asked:
        """Answers a question about it from what is known, by the model if there is one. 409 when it cannot."""
        words = ("ask", one, *order.question.split())
        answer = await parts.desk.command(presses.command(person, key, *words))
        response.status_code = 200 if answer.accepted else 409
        return present_care.asked(answer)

    return routes


def on_words(parts: Parts) -> APIRouter:
    """The end of a silence, what people's words did to a threshold, and the reason for a no."""
    routes = presses.router(parts, "/api")
    somebody = Annotated[Person, Depends(Who(parts.door))]

    @routes.post("/silences/{silence_id}/end")
    async def end(silence_id: Id, _: Nothing, person: somebody, response: Response, key: Key = None) -> Decided:
        """Ends a silence now. 409 with the reason when it has no effect."""
        click = Click(presses.name(person, key, silence_id, "unsilence"), person, "unsilence", silence_id, "")
        return presses.told(await parts.desk.click(click), response)

    @routes.post("/tuning/{short}/reset")
    async def reset(short: Id, _: Nothing, person: somebody, response: Response, key: Key = None) -> Decided:
        """Takes back what people's words did to a threshold. 409 with the reason when it has no effect."""
        click = Click(presses.name(person, key, short, "retune"), person, "retune", short, "")
        return presses.told(await parts.desk.click(click), response)

    @routes.post("/proposals/{proposal_id}/reason")
    async def reason(proposal_id: Id, order: Reason, person: somebody, response: Response, key: Key = None) -> Decided:
        """Notes in the thread why a proposal was rejected. 409 with the reason when it has no effect."""
        words = ("reason", proposal_id, *order.text.split())
        return presses.told(await parts.desk.command(presses.command(person, key, *words)), response)

    return routes


def reading(parts: Parts) -> APIRouter:
    """What signed-in people read about silences and thresholds."""
    routes = APIRouter(prefix="/api", dependencies=[Depends(Who(parts.door))])

    @routes.get("/silences")
    async def silences() -> list[SilenceView]:
        """The silences that hold, the first to end first."""
        async with parts.store.read() as unit:
            return present_care.muted(await unit.silences.valid())

    @routes.get("/tuning")
    async def tuned() -> list[TunedView]:
        """The thresholds that people's words or the config moved."""
        async with parts.store.read() as unit:
            return present_care.tuned(await unit.votes.all(), parts.tuning)

    return routes
