"""The API's buttons. Who may press them is the desk's to say: here a signed-in person suffices."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response

from bot.domain import approval
from bot.domain.card import Verb
from bot.domain.people import Answer, Click, Command, Person
from bot.flow.ids import fresh
from bot.web.action_views import Decided, Decision, StopOrder
from bot.web.fences import foreign
from bot.web.parts import Parts
from bot.web.routes import Id
from bot.web.who import Who

KEY = "names this press of the button: sent again with the same key, it gets the same answer and does nothing twice"
Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[0-9A-Za-z_-]{8,40}$", description=KEY)]


def on_proposals(parts: Parts) -> APIRouter:
    """Approve, stand and reject: each names the digest of exactly one plan."""
    routes, who = _router(parts, "/api/proposals"), Depends(Who(parts.door))

    async def clicked(proposal_id: Id, decision: Decision, person: Annotated[Person, who], key: Key = None) -> Ready:
        async with parts.store.read() as unit:
            if await unit.ledger.proposal(proposal_id) is None:
                raise HTTPException(404, f"no proposal {proposal_id}: the incident's page has the newest ones")

        def click(verb: Verb) -> Click:
            name = _name(person, proposal_id, verb, approval.token(decision.digest), key or fresh())
            return Click(name, person, verb, proposal_id, decision.digest)

        return click

    made = Annotated[Ready, Depends(clicked)]

    @routes.post("/{proposal_id}/approve")
    async def approve(click: made, response: Response) -> Decided:
        """Yes to exactly this plan. 409 with the reason when it has no effect."""
        return _told(await parts.desk.click(click("approve")), response)

    @routes.post("/{proposal_id}/stand")
    async def stand(click: made, response: Response) -> Decided:
        """Yes to this plan, and in advance to the same action on the same service until `standing_until`.

        409 with the reason when it has no effect.
        """
        return _told(await parts.desk.click(click("stand")), response)

    @routes.post("/{proposal_id}/reject")
    async def reject(click: made, response: Response) -> Decided:
        """No. 409 with the reason when it has no effect."""
        return _told(await parts.desk.click(click("reject")), response)

    return routes


def on_actions(parts: Parts) -> APIRouter:
    """The switch that stops every action, and the end of what was approved in advance."""
    routes = _router(parts, "/api")
    somebody = Annotated[Person, Depends(Who(parts.door))]

    @routes.post("/actions/stop")
    async def stop(order: StopOrder, person: somebody, response: Response, key: Key = None) -> Decided:
        """Stops all actions until somebody lets them run again. What has begun is not called back.

        409 with the reason when it has no effect.
        """
        words = ("stop", *order.reason.split())
        return _told(await parts.desk.command(Command(_name(person, "stop", key or fresh()), person, words)), response)

    @routes.post("/actions/go")
    async def go(person: somebody, response: Response, key: Key = None) -> Decided:
        """Lets actions run again. 409 with the reason when it has no effect."""
        click = Click(_name(person, "go", key or fresh()), person, "go", "actions", "")
        return _told(await parts.desk.click(click), response)

    @routes.post("/standings/{standing_id}/revoke")
    async def revoke(standing_id: Id, person: somebody, response: Response, key: Key = None) -> Decided:
        """Ends a standing approval now. 409 with the reason when it has no effect."""
        async with parts.store.read() as unit:
            if await unit.standings.get(standing_id) is None:
                raise HTTPException(404, f"no standing approval {standing_id}: GET /api/actions lists those that hold")
        click = Click(_name(person, standing_id, "revoke", key or fresh()), person, "revoke", standing_id, "")
        return _told(await parts.desk.click(click), response)

    return routes


Ready = Callable[[Verb], Click]
"""A click that only needs its verb."""


def _router(parts: Parts, prefix: str) -> APIRouter:
    guards = [Depends(Who(parts.door)), Depends(_from_here)]
    return APIRouter(prefix=prefix, dependencies=guards, responses={409: {"model": Decided}})


def _name(person: Person, *deed: str) -> str:
    """The click's id: the deed, and the press of it by the sender's own key. Without one each request is a press."""
    return "/".join(("web", person.id, *deed))


def _told(answer: Answer, response: Response) -> Decided:
    response.status_code = 200 if answer.accepted else 409
    return Decided(accepted=answer.accepted, text=answer.text)


def _from_here(request: Request) -> None:
    """Lets changes through that come from our own page or from a script."""
    reason = foreign(request.headers)
    if reason:
        raise HTTPException(415 if reason.startswith("send") else 403, reason)
