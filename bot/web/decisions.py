"""The API's buttons about actions. Who may press them is the desk's to say: here a signed-in person suffices."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response

from bot.domain import approval
from bot.domain.card import Verb
from bot.domain.people import Click, Command, Person
from bot.web import presses
from bot.web.action_views import Decided, Decision, StopOrder
from bot.web.parts import Parts
from bot.web.presses import Key
from bot.web.routes import Id
from bot.web.who import Who


def on_proposals(parts: Parts) -> APIRouter:
    """Approve, stand and reject: each names the digest of exactly one plan."""
    routes, who = presses.router(parts, "/api/proposals"), Depends(Who(parts.door))

    async def clicked(proposal_id: Id, decision: Decision, person: Annotated[Person, who], key: Key = None) -> Ready:
        async with parts.store.read() as unit:
            if await unit.ledger.proposal(proposal_id) is None:
                raise HTTPException(404, f"no proposal {proposal_id}: the incident's page has the newest ones")

        def click(verb: Verb) -> Click:
            name = presses.name(person, key, proposal_id, verb, approval.token(decision.digest))
            return Click(name, person, verb, proposal_id, decision.digest)

        return click

    made = Annotated[Ready, Depends(clicked)]

    @routes.post("/{proposal_id}/approve")
    async def approve(click: made, response: Response) -> Decided:
        """Yes to exactly this plan. 409 with the reason when it has no effect."""
        return presses.told(await parts.desk.click(click("approve")), response)

    @routes.post("/{proposal_id}/stand")
    async def stand(click: made, response: Response) -> Decided:
        """Yes to this plan, and in advance to the same action on the same service until `standing_until`.

        409 with the reason when it has no effect.
        """
        return presses.told(await parts.desk.click(click("stand")), response)

    @routes.post("/{proposal_id}/reject")
    async def reject(click: made, response: Response) -> Decided:
        """No. 409 with the reason when it has no effect."""
        return presses.told(await parts.desk.click(click("reject")), response)

    return routes


def on_actions(parts: Parts) -> APIRouter:
    """The switch that stops every action, and the end of what was approved in advance."""
    routes = presses.router(parts, "/api")
    somebody = Annotated[Person, Depends(Who(parts.door))]

    @routes.post("/actions/stop")
    async def stop(order: StopOrder, person: somebody, response: Response, key: Key = None) -> Decided:
        """Stops all actions until somebody lets them run again. What has begun is not called back.

        409 with the reason when it has no effect.
        """
        words = ("stop", *order.reason.split())
        command = Command(presses.name(person, key, "stop"), person, words)
        return presses.told(await parts.desk.command(command), response)

    @routes.post("/actions/go")
    async def go(person: somebody, response: Response, key: Key = None) -> Decided:
        """Lets actions run again. 409 with the reason when it has no effect."""
        click = Click(presses.name(person, key, "go"), person, "go", "actions", "")
        return presses.told(await parts.desk.click(click), response)

    @routes.post("/standings/{standing_id}/revoke")
    async def revoke(standing_id: Id, person: somebody, response: Response, key: Key = None) -> Decided:
        """Ends a standing approval now. 409 with the reason when it has no effect."""
        async with parts.store.read() as unit:
            if await unit.standings.get(standing_id) is None:
                raise HTTPException(404, f"no standing approval {standing_id}: GET /api/actions lists those that hold")
        click = Click(presses.name(person, key, standing_id, "revoke"), person, "revoke", standing_id, "")
        return presses.told(await parts.desk.click(click), response)

    return routes


Ready = Callable[[Verb], Click]
"""A click that only needs its verb."""
