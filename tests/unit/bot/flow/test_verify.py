import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.execution import Outcome
from bot.domain.signals import Signal
from tests import builders as make
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import INCIDENT, events, executed, proposals

ERRORS = make.signal(onset=make.T - 30)


async def later(house: House, seconds: float, *signals: Signal, seen: Sequence[Signal] = (ERRORS,)) -> int:
    """So long after the run the incident's signals are these, and the series of `seen` still give samples."""
    house.clock.advance(seconds)
    now = house.clock.now()
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        await unit.incidents.save(replace(one, signals={signal.key: signal for signal in signals}))
        charts = [make.chart(signal, make.points([signal.value], now)) for signal in seen]
        await unit.telemetry.draw(INCIDENT, charts)
    return await house.verify()


async def outcome(house: House) -> Outcome:
    (only,) = (await house.dossier()).outcomes
    return only


QUIET = replace(ERRORS, firing=False, value=0.001)
FRESH = make.signal("catalog", onset=make.T + 90)


async def test_recovered_ends_the_incident_with_before_and_after(house: House) -> None:
    await executed(house)
    assert await later(house, 6, QUIET, seen=[QUIET]) == 1
    found, incident = await outcome(house), (await house.dossier()).incident
    assert (found.result, found.took, incident.state, incident.resolved_at) == ("recovered", 6, "resolved", found.at)
    (measure,) = found.measures
    assert (measure.before, measure.after) == (ERRORS.peak, 0.001)
    assert (await events(house, "verified"))[0].startswith("Recovered 6 s after the action")
    assert await events(house, "resolved") == ["Resolved after 66 s"]
    assert await proposals(house, "pending") == []
    assert await house.verify() == 0
    history = await trail(house.store)
    assert (history.broken, history.deeds[-1]) == (0, "recovered")


@pytest.mark.parametrize(
    ("seconds", "signals", "seen", "result"),
    [
        (4, [QUIET], [QUIET], None),
        (6, [ERRORS], [ERRORS], None),
        (59, [QUIET], [], None),
        (60, [ERRORS], [ERRORS], "not_recovered"),
        (60, [QUIET, FRESH], [QUIET, FRESH], "worse"),
        (60, [QUIET], [], "unclear"),
        (600, [QUIET], [], "unclear"),
        (60, [ERRORS], [], "unclear"),
    ],
    ids=[
        "too early", "still firing", "blind, but there is time", "did not help", "something new broke",
        "blind since the action", "blind for long", "blind while firing",
    ],
)  # fmt: skip
async def test_each_answer_has_its_time(
    house: House, seconds: float, signals: list[Signal], seen: list[Signal], result: str | None
) -> None:
    await executed(house)
    reached = await later(house, seconds, *signals, seen=seen)
    dossier = await house.dossier()
    assert [one.result for one in dossier.outcomes] == ([result] if result else [])
    assert reached == len(dossier.outcomes)
    assert dossier.incident.state == ("open" if result else "verifying")
    if result:
        assert "investigate" in dossier.incident.due
        assert await events(house, "resolved") == []


async def test_a_target_that_is_not_healthy_has_not_recovered(house: House) -> None:
    await executed(house)
    there = house.actuator.states["payments"]
    house.actuator.states["payments"] = replace(there, problems=("CrashLoopBackOff",))
    assert await later(house, 6, QUIET, seen=[QUIET]) == 0
    await later(house, 60, QUIET, seen=[QUIET])
    assert (await outcome(house)).result == "unclear"


async def test_two_who_verify_at_once_reach_one_verdict(house: House) -> None:
    await executed(house)
    await later(house, 4, QUIET, seen=[QUIET])
    house.clock.advance(2)
    await asyncio.gather(house.verify(), house.verify())
    assert (await outcome(house)).result == "recovered"
    assert len(await events(house, "verified")) == 1
    assert (await trail(house.store)).deeds.count("recovered") == 1
