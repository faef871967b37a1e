import pytest

from bot.domain import tuning
from bot.domain.people import Answer
from bot.domain.silence import Silence
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T
from tests.fakes.clock import FakeClock

INCIDENT = make.incident().id


@pytest.mark.parametrize(
    ("state", "updated_at", "gone"),
    [("resolved", T - 1, 3), ("resolved", T, 0), ("open", T - 9999, 0), ("verifying", T - 9999, 0)],
)
async def test_only_charts_of_incidents_that_ended_long_ago_go(
    store: SqlStore, state: str, updated_at: float, gone: int
) -> None:
    async with store.unit() as unit:
        await unit.incidents.save(make.incident(state=state, updated_at=updated_at), make.event())
        await unit.telemetry.draw(INCIDENT, [make.chart(course=make.points([0.1, 0.2]))])
        assert await unit.upkeep.prune(T, T) == gone
        assert bool(await unit.telemetry.charts(INCIDENT)) is not bool(gone)
        assert len(await unit.incidents.events(INCIDENT)) == 1


async def test_handled_clicks_and_expired_sessions_go(store: SqlStore, clock: FakeClock) -> None:
    async with store.unit() as unit:
        await unit.deliveries.remember("old", Answer("yes"))
        await unit.sessions.open("a" * 64, "web:owner", "Owner", 60)
        await unit.sessions.open("b" * 64, "web:owner", "Owner", 6000)
        await unit.audit.record("steward", "begin", "x1")
    clock.advance(100)
    async with store.unit() as unit:
        await unit.deliveries.remember("new", Answer("yes"))
        assert await unit.upkeep.prune(0, T + 50) == 2
        assert await unit.deliveries.answered("old") is None
        assert await unit.deliveries.answered("new") == Answer("yes")
        assert await unit.sessions.who("b" * 64) is not None
        assert await unit.audit.head() != ""


async def test_what_was_said_and_shown_of_it_goes_too_and_votes_stay(store: SqlStore) -> None:
    one = make.incident(state="resolved", updated_at=T - 1)
    async with store.unit() as unit:
        await unit.incidents.save(one, make.event("proposed"))
        await unit.deliveries.shown("slack", INCIDENT, "C1:1", 1)
        (fact,) = await unit.deliveries.unsaid("slack", 0)
        await unit.deliveries.said("slack", fact.event.id, "C1:2")
        await unit.deliveries.pictured("slack", INCIDENT, "C1:3", 1)
        await unit.votes.cast(tuning.votes(one, "slack:U1", "Ada", "harmless", T))
        for name, until in (("old", T - 1), ("new", T + 1)):
            await unit.silences.give(Silence(name, ("mail",), "slack:U1", "Ada", T - 99, until))
        assert await unit.upkeep.prune(T, T) == 3
        assert (await unit.deliveries.of("slack", "C1:2"), await unit.deliveries.of("slack", "C1:1")) == ("", INCIDENT)
        assert len(await unit.votes.all()) == 1
        assert [one.id for one in await unit.silences.valid()] == ["new"]
