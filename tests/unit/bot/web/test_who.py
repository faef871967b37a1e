"""Whose request it is."""

import pytest
from fastapi import HTTPException
from fastapi.security import HTTPAuthorizationCredentials

from bot.store.store import SqlStore
from bot.web.door import OWNER, Door
from bot.web.who import Who
from tests.fakes.clock import FakeClock


def bearer(token: str) -> HTTPAuthorizationCredentials:
    return HTTPAuthorizationCredentials(scheme="Bearer", credentials=token)


async def test_the_cookie_of_a_session_and_the_unspent_link_are_the_owners(store: SqlStore, clock: FakeClock) -> None:
    door = Door(store, clock)
    token = door.mint()
    assert await Who(door)(None, bearer(token)) == OWNER
    cookie = await door.enter(token)
    assert await Who(door)(cookie, None) == OWNER


@pytest.mark.parametrize(
    ("cookie", "token", "words"),
    [(None, None, "nobody is signed in"), ("x", None, "nobody is signed in"), (None, "x", "this key is not known")],
)
async def test_anybody_else_is_told_what_to_do(
    store: SqlStore, clock: FakeClock, cookie: str | None, token: str | None, words: str
) -> None:
    door = Door(store, clock)
    door.mint()
    with pytest.raises(HTTPException, match=words) as refused:
        await Who(door)(cookie, bearer(token) if token else None)
    assert refused.value.status_code == 401


async def test_a_spent_link_is_no_key(store: SqlStore, clock: FakeClock) -> None:
    door = Door(store, clock)
    token = door.mint()
    await door.enter(token)
    with pytest.raises(HTTPException, match="while unspent"):
        await Who(door)(None, bearer(token))
