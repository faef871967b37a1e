"""The one-time link serves once and for a day; sessions are known by their cookie alone."""

import pytest

from bot.domain.errors import StoreError
from bot.store.store import SqlStore
from bot.web.door import LINK_LASTS, OWNER, SESSION_LASTS, Door
from tests.fakes.clock import FakeClock


@pytest.fixture
def door(store: SqlStore, clock: FakeClock) -> Door:
    return Door(store, clock)


async def test_the_link_lets_the_owner_in_once(door: Door) -> None:
    token = door.mint()
    cookie = await door.enter(token)
    assert cookie is not None
    assert await door.who(cookie) == OWNER
    assert await door.enter(token) is None


async def test_tokens_are_long_and_never_the_same(door: Door) -> None:
    first, second = door.mint(), door.mint()
    assert first != second
    assert len(first) >= 43
    assert not door.holds(first)


@pytest.mark.parametrize("wrong", ["", "x", "é" * 43, "\ud800"])
async def test_a_wrong_token_is_refused_and_spends_nothing(door: Door, wrong: str) -> None:
    token = door.mint()
    assert await door.enter(wrong) is None
    assert door.holds(token)


async def test_nobody_comes_in_before_a_link_was_minted(door: Door) -> None:
    assert not door.holds("")
    assert await door.enter("") is None


async def test_the_link_ends_after_a_day(door: Door, clock: FakeClock) -> None:
    token = door.mint()
    clock.advance(LINK_LASTS - 1)
    assert door.holds(token)
    clock.advance(1)
    assert await door.enter(token) is None


async def test_a_session_ends_after_twelve_hours(door: Door, clock: FakeClock) -> None:
    cookie = await door.enter(door.mint())
    assert cookie is not None
    clock.advance(SESSION_LASTS - 1)
    assert await door.who(cookie) == OWNER
    clock.advance(1)
    assert await door.who(cookie) is None


async def test_a_session_outlives_a_restart_but_its_cookie_is_not_in_the_store(
    store: SqlStore, clock: FakeClock
) -> None:
    door = Door(store, clock)
    cookie = await door.enter(door.mint())
    assert cookie is not None
    assert await Door(store, clock).who(cookie) == OWNER
    async with store.read() as unit:
        assert await unit.sessions.who(cookie) is None


async def test_a_store_that_fails_leaves_the_link_good(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = SqlStore(f"sqlite:///{tmp_path_factory.mktemp('empty')}/none.db")
    door = Door(empty, FakeClock())
    token = door.mint()
    with pytest.raises(StoreError):
        await door.enter(token)
    assert door.holds(token)
    await empty.close()
