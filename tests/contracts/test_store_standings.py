"""What a store must do with yeses in advance, the switch and courses, on SQLite and PostgreSQL alike."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.halt import Stop
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T
from tests.contracts.store_rows import queued
from tests.fakes.clock import FakeClock
from tests.trail import trail


async def given(store: SqlStore, *names: str, **over: object) -> None:
    async with store.unit() as unit:
        for place, name in enumerate(names):
            await unit.standings.give(make.standing(name, **{"given_at": T - place, **over}))


async def used(store: SqlStore, name: str = "s1") -> tuple[int, str]:
    async with store.read() as unit:
        found = await unit.standings.get(name)
    assert found is not None
    return found.used, found.ended


async def test_what_was_given_is_found_as_it_was_given(store: SqlStore, rival: SqlStore) -> None:
    one = make.standing(words="Ada \u2603 O'Hara (Slack)", used=1)
    async with store.unit() as unit:
        await unit.standings.give(one)
    async with rival.read() as unit:
        assert await unit.standings.get("s1") == one
        assert await unit.standings.valid() == [one]
        assert await unit.standings.get("none") is None


async def test_those_that_hold_come_oldest_first(store: SqlStore) -> None:
    await given(store, "s1", "s2", "s3", "s4")
    await given(store, "s5", until=T)
    async with store.unit() as unit:
        assert await unit.standings.end("s2", "revoked by Ada (Slack)")
        assert [one.id for one in await unit.standings.valid()] == ["s4", "s3", "s1"]


@pytest.mark.parametrize(("late", "holds"), [(-0.001, True), (0.0, False), (0.001, False)])
async def test_it_holds_until_its_time_to_the_millisecond(
    store: SqlStore, clock: FakeClock, late: float, holds: bool
) -> None:
    await given(store, "s1")
    clock.advance(3600 + late)
    async with store.unit() as unit:
        assert bool(await unit.standings.valid()) is holds
        assert await unit.standings.use("s1") is holds
        assert await unit.standings.end("s1", "revoked") is holds
    assert await used(store) == ((1, "revoked") if holds else (0, ""))


async def test_what_ended_is_not_used_nor_ended_again(store: SqlStore) -> None:
    await given(store, "s1")
    async with store.unit() as unit:
        assert await unit.standings.use("s1")
        assert await unit.standings.end("s1", "revoked by Ada (Slack)")
        assert not await unit.standings.use("s1")
        assert not await unit.standings.end("s1", "revoked by Bob (Slack)")
        assert not await unit.standings.use("none")
    assert await used(store) == (1, "revoked by Ada (Slack)")


async def test_a_reason_of_any_text_and_length_is_kept(store: SqlStore) -> None:
    await given(store, "s1")
    async with store.unit() as unit:
        assert await unit.standings.end("s1", "NUL \x00 half \ud83d " + "x" * 500)
    assert (await used(store))[1].startswith("NUL \ufffd half ? xxx")
    async with store.read() as unit:
        assert await unit.standings.valid() == []


async def test_fifty_uses_at_once_are_all_counted(store: SqlStore, rival: SqlStore) -> None:
    await given(store, "s1")

    async def use(place: int) -> bool:
        async with (store, rival)[place % 2].unit() as unit:
            await unit.standings.get("s1")
            return await unit.standings.use("s1")

    assert all(await asyncio.gather(*(use(place) for place in range(50))))
    assert await used(rival) == (50, "")


async def test_of_fifty_who_end_it_at_once_one_does_and_no_use_comes_after(store: SqlStore, rival: SqlStore) -> None:
    await given(store, "s1")
    order: list[str] = []

    async def change(place: int) -> None:
        async with (store, rival)[place % 2].unit() as unit:
            await unit.standings.get("s1")
            if place % 5:
                done = "use" if await unit.standings.use("s1") else ""
            else:
                done = "end" if await unit.standings.end("s1", f"by {place}") else ""
            order.extend([done] if done else [])

    await asyncio.gather(*(change(place) for place in range(50)))
    assert order.count("end") == 1
    assert order[-1] == "end"
    assert (await used(store))[0] == len(order) - 1


async def test_who_holds_the_row_keeps_the_others_waiting(store: SqlStore, rival: SqlStore) -> None:
    """Between the look at a standing approval and what is done under it nobody can revoke it."""
    await given(store, "s1")
    held, ended = asyncio.Event(), asyncio.Event()

    async def revoke() -> None:
        await held.wait()
        async with rival.unit() as unit:
            await unit.standings.get("s1")
            assert await unit.standings.end("s1", "revoked")
        ended.set()

    revoking = asyncio.ensure_future(revoke())
    async with store.unit() as unit:
        found = await unit.standings.get("s1")
        held.set()
        for _ in range(50):
            await asyncio.sleep(0)
        assert found is not None
        assert not ended.is_set()
        assert await unit.standings.use("s1")
    await revoking
    assert await used(store) == (1, "revoked")


STOP = Stop("slack:U1", "Ada (Slack)", T, "we migrate \u2603")


async def test_the_switch_is_turned_once_each_way(store: SqlStore, rival: SqlStore) -> None:
    async with store.unit() as unit:
        assert await unit.ledger.stopped() is None
        assert not await unit.ledger.turn(None)
        assert await unit.ledger.turn(STOP)
        assert not await unit.ledger.turn(replace(STOP, words="Bob (Slack)"))
    async with rival.read() as unit:
        assert await unit.ledger.stopped() == STOP
    async with rival.unit() as unit:
        assert await unit.ledger.turn(None)
        assert await unit.ledger.stopped() is None


async def test_of_many_who_turn_it_at_once_one_does(store: SqlStore, rival: SqlStore) -> None:
    async def turn(place: int, stop: Stop | None) -> bool:
        async with (store, rival)[place % 2].unit() as unit:
            await unit.ledger.exclusive()
            return await unit.ledger.turn(stop)

    assert sum(await asyncio.gather(*(turn(place, STOP) for place in range(20)))) == 1
    assert sum(await asyncio.gather(*(turn(place, None) for place in range(20)))) == 1


async def test_nothing_begins_while_the_switch_is_turned(store: SqlStore, rival: SqlStore) -> None:
    """A run that begins looks at the switch under the same lock, so it sees every stop that was answered before."""
    waiting = await queued(store)
    held, seen = asyncio.Event(), list[bool]()

    async def begin() -> None:
        await held.wait()
        async with rival.unit() as unit:
            await unit.ledger.exclusive()
            seen.append(await unit.ledger.stopped() is not None)
            assert await unit.ledger.begin(waiting, 50.0) is not None

    beginning = asyncio.ensure_future(begin())
    async with store.unit() as unit:
        await unit.ledger.exclusive()
        held.set()
        for _ in range(50):
            await asyncio.sleep(0)
        assert seen == []
        await unit.ledger.turn(STOP)
    await beginning
    assert seen == [True]


async def incidents(store: SqlStore, **opened: float) -> None:
    """Incidents with an offer each."""
    async with store.unit() as unit:
        for name, at in opened.items():
            await unit.incidents.save(make.incident(id=name, opened_at=at))
            await unit.ledger.offer(make.proposal(f"p-{name}", incident_id=name))


async def test_a_course_is_stored_once_and_then_no_longer_asked_for(store: SqlStore, rival: SqlStore) -> None:
    await incidents(store, b=T + 20, a=T + 10, old=T)
    async with store.unit() as unit:
        await unit.incidents.save(make.incident(id="c", opened_at=T + 30))  # was offered nothing
        assert await unit.ledger.untold(T) == ["a", "b"]

    async def tell(place: int) -> bool:
        async with (store, rival)[place % 2].unit() as unit:
            return await unit.ledger.left_alone(make.course(incident_id="a", recovered=bool(place)))

    answers = await asyncio.gather(*(tell(place) for place in range(20)))
    assert sum(answers) == 1
    async with rival.read() as unit:
        assert [one.recovered for one in await unit.ledger.courses()] == [bool(answers.index(True))]
        assert await unit.ledger.untold(T) == ["b"]


@pytest.mark.parametrize(
    ("gap", "recovered", "counts"),
    [
        (1.0, True, False), (1799.0, True, False), (1801.0, True, True), (-1.0, True, True),
        (1.0, False, False), (1.0, None, None),
    ],
)  # fmt: skip
async def test_a_course_that_came_back_soon_has_not_recovered(
    store: SqlStore, gap: float, recovered: bool | None, counts: bool | None
) -> None:
    async with store.unit() as unit:
        back = make.event("reopened", incident_id="a", at=T + gap)
        await unit.incidents.save(make.incident(id="a"), back)
        await unit.ledger.left_alone(make.course(incident_id="a", recovered=recovered, at=T))
    async with store.read() as unit:
        assert [one.recovered for one in await unit.ledger.courses()] == [counts]


async def test_courses_come_oldest_first(store: SqlStore) -> None:
    await incidents(store, a=T, b=T, c=T)
    async with store.unit() as unit:
        for name, at in {"a": T + 3, "b": T + 1, "c": T + 2}.items():
            await unit.ledger.left_alone(make.course(incident_id=name, at=at))
        assert [one.incident_id for one in await unit.ledger.courses()] == ["b", "c", "a"]
    assert (await trail(store)).broken == 0
