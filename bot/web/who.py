"""Whose request it is: the person of the session's cookie, or the holder of the one-time link."""

from typing import Annotated

from fastapi import HTTPException, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from bot.domain.people import Person
from bot.web.door import COOKIE, OWNER, Door

_cookie = APIKeyCookie(name=COOKIE, scheme_name="session", auto_error=False)
_bearer = HTTPBearer(scheme_name="one-time link", auto_error=False)


class Who:
    """A FastAPI dependency that gives the person, or answers 401 with what to do."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def __call__(
        self,
        cookie: Annotated[str | None, Security(_cookie)],
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    ) -> Person:
        """The person.

        Raises:
            HTTPException: nobody is signed in.
            StoreError: the store cannot say.
        """
        if bearer is not None:
            if self._door.holds(bearer.credentials):
                return OWNER
            raise _refusal("this key is not known here: use the token of the link that Steward printed, while unspent")
        person = await self._door.who(cookie) if cookie else None
        if person is None:
            raise _refusal("nobody is signed in: open the link that Steward printed when it started")
        return person


def _refusal(words: str) -> HTTPException:
    return HTTPException(401, words, headers={"WWW-Authenticate": "Bearer"})
