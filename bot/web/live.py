"""Live news for pages, as server-sent events: incidents that changed, and changes of what may act or is told."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.ports.store import Store

LOOK = 2.0
"""Seconds after which the rows are looked at even when nobody rang."""

BEAT = 15.0
"""Seconds between two signs of life, so that a dead connection is noticed at both ends."""

RECENT = 3600.0
"""Seconds that a resolved incident stays in view."""


class Hint(Protocol):
    """Says that something may have changed."""

    async def wait(self, seconds: float) -> bool:
        """Waits for the next hint, at most so long; whether one came."""
        ...


@dataclass(frozen=True, slots=True)
class _Seen:
    """The versions of incidents by id, the switch with the standing approvals that hold, silences and votes."""

    versions: Mapping[str, int]
    actions: object
    wishes: object


async def news(store: Store, hint: Hint, closing: asyncio.Event, beat: float = BEAT) -> AsyncGenerator[str, None]:
    """Events until `closing` is set: `changed`, else `beat`.

    `changed` has the ids and versions of incidents (at first of all that live), in `actions` whether the switch or a
    standing approval changed, and in `wishes` whether a silence or a word on a threshold did.

    Raises:
        StoreError: the rows cannot be read.
    """
    loop = asyncio.get_running_loop()
    known: _Seen | None = None
    spoke = loop.time()
    while not closing.is_set():
        now = await _look(store)
        if now != known:
            before = known or _Seen({}, None, None)
            incidents = _changes(before.versions, now.versions)
            rules = {"actions": before.actions != now.actions, "wishes": before.wishes != now.wishes}
            yield _event("changed", {"incidents": incidents, **rules})
            known, spoke = now, loop.time()
        elif loop.time() - spoke >= beat:
            yield _event("beat", {})
            spoke = loop.time()
        await _first(hint, closing)


def _changes(before: Mapping[str, int], now: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"id": one, "version": version} for one, version in now.items() if before.get(one) != version]


async def _look(store: Store) -> _Seen:
    async with store.read() as unit:
        live = await unit.incidents.live(await unit.now() - RECENT)
        stop = await unit.ledger.stopped()
        given = await unit.standings.valid()
        silences = await unit.silences.valid()
        votes = await unit.votes.all()
    actions = (stop, frozenset((one.id, one.used) for one in given))
    return _Seen({one.id: one.version for one in live}, actions, (frozenset(one.id for one in silences), len(votes)))


async def _first(hint: Hint, closing: asyncio.Event) -> None:
    """Waits for a hint, the end, or the time to look."""
    waiting = {asyncio.ensure_future(hint.wait(LOOK)), asyncio.ensure_future(closing.wait())}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


def _event(name: str, data: Mapping[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
