"""News: at first everything that lives, then what changed, a beat when nothing did, and an end."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from bot.domain.halt import Stop
from bot.domain.silence import Silence
from bot.domain.tuning import Vote
from bot.runtime.bell import Bell
from bot.store.store import SqlStore
from bot.web import live
from tests import builders as make
from tests.builders import T


class Turns:
    """A hint that always comes at once."""

    async def wait(self, seconds: float) -> bool:
        await asyncio.sleep(0)
        return True


async def save(store: SqlStore, version: int) -> None:
    async with store.unit() as unit:
        await unit.incidents.save(make.incident(version=version))


def read(event: str) -> tuple[str, Any]:
    head, data, *rest = event.split("\n")
    assert rest == ["", ""]
    return head.removeprefix("event: "), json.loads(data.removeprefix("data: "))


async def test_first_all_that_lives_then_what_changed(store: SqlStore) -> None:
    closing = asyncio.Event()
    await save(store, 1)
    async with aclosing(live.news(store, Turns(), closing)) as news:
        assert read(await anext(news)) == (
            "changed",
            {"incidents": [{"id": "3f2a9c01d4e7", "version": 1}], "actions": True, "wishes": True},
        )
        await save(store, 2)
        assert read(await anext(news)) == (
            "changed",
            {"incidents": [{"id": "3f2a9c01d4e7", "version": 2}], "actions": False, "wishes": False},
        )


async def test_the_switch_and_approvals_in_advance_are_news(store: SqlStore) -> None:
    news_of_actions = ("changed", {"incidents": [], "actions": True, "wishes": False})
    async with aclosing(live.news(store, Turns(), asyncio.Event())) as news:
        await anext(news)
        async with store.unit() as unit:
            await unit.ledger.turn(Stop("slack:U1", "Ada", T))
        assert read(await anext(news)) == news_of_actions
        async with store.unit() as unit:
            await unit.standings.give(make.standing())
        assert read(await anext(news)) == news_of_actions
        async with store.unit() as unit:
            await unit.standings.use("s1")
        assert read(await anext(news)) == news_of_actions
        async with store.unit() as unit:
            await unit.standings.end("s1", "revoked")
        assert read(await anext(news)) == news_of_actions


async def test_silences_and_words_on_thresholds_are_news(store: SqlStore) -> None:
    await save(store, 1)
    async with aclosing(live.news(store, Turns(), asyncio.Event())) as news:
        await anext(news)
        told = ("changed", {"incidents": [], "actions": False, "wishes": True})
        async with store.unit() as unit:
            await unit.silences.give(Silence("q1", ("payments",), "slack:U1", "Ada", T, T + 600))
        assert read(await anext(news)) == told
        async with store.unit() as unit:
            await unit.silences.end("q1", "over")
        assert read(await anext(news)) == told
        async with store.unit() as unit:
            await unit.votes.cast([Vote("3f2a9c01d4e7", "slack:U1", "payments/errors#level", "harmless", T)])
        assert read(await anext(news)) == told
        async with store.unit() as unit:
            await unit.votes.forget("payments/errors#level")
        assert read(await anext(news)) == told


async def test_an_empty_store_is_news_too(store: SqlStore) -> None:
    async with aclosing(live.news(store, Turns(), asyncio.Event())) as news:
        assert read(await anext(news)) == ("changed", {"incidents": [], "actions": True, "wishes": True})


async def test_a_ring_wakes_and_the_end_ends(store: SqlStore) -> None:
    bell, closing = Bell(), asyncio.Event()
    async with aclosing(live.news(store, bell, closing)) as news:
        await anext(news)
        async with asyncio.timeout(1.5), asyncio.TaskGroup() as group:
            following = group.create_task(_next(news))
            await save(store, 2)
            bell.ring()
        assert "3f2a9c01d4e7" in following.result()
        closing.set()
        assert await _next(news) == "over"


async def test_silence_is_broken_by_a_beat(store: SqlStore) -> None:
    async with aclosing(live.news(store, Turns(), asyncio.Event(), beat=0.0)) as news:
        await anext(news)
        assert read(await anext(news)) == ("beat", {})


async def _next(news: AsyncGenerator[str, None]) -> str:
    return await anext(news, "over")
