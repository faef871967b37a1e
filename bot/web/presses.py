"""What every button of the API has: who presses it, the name of the press, and the answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response

from bot.domain.people import Answer, Command, Person
from bot.flow.ids import fresh
from bot.web.action_views import Decided
from bot.web.fences import foreign
from bot.web.parts import Parts
from bot.web.who import Who

KEY = "names this press of the button: sent again with the same key, it gets the same answer and does nothing twice"
Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[0-9A-Za-z_-]{8,40}$", description=KEY)]


def router(parts: Parts, prefix: str) -> APIRouter:
    """A router for buttons: somebody is signed in, and the request comes from our own page or from a script."""
    guards = [Depends(Who(parts.door)), Depends(_from_here)]
    return APIRouter(prefix=prefix, dependencies=guards, responses={409: {"model": Decided}})


def name(person: Person, key: str | None, *deed: str) -> str:
    """The press's id: the deed, and the press of it by the sender's own key. Without one each request is a press."""
    return "/".join(("web", person.id, *deed, key or fresh()))


def command(person: Person, key: str | None, *words: str) -> Command:
    """Words for the desk, named by what they are about; only the first two of them are part of the name."""
    return Command(name(person, key, *words[:2]), person, words)


def told(answer: Answer, response: Response) -> Decided:
    """What came of it: 409 when it has no effect."""
    response.status_code = 200 if answer.accepted else 409
    return Decided(accepted=answer.accepted, text=answer.text)


def _from_here(request: Request) -> None:
    """Lets changes through that come from our own page or from a script."""
    reason = foreign(request.headers)
    if reason:
        raise HTTPException(415 if reason.startswith("send") else 403, reason)
