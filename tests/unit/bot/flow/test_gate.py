from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from actions.guard import Limits
from actions.model import Target
from bot.domain.calendar import Calendar, Entry, Span
from bot.domain.execution import ExecutionState
from bot.domain.halt import Stop
from bot.domain.scope import Scope
from bot.flow.gate import Gate
from bot.store.tables import executions as rows
from tests import builders as make
from tests.builders import T
from tests.flow.house import House
from tests.unit.bot.flow.cases import HOUR, saved

RESTART = make.plan("restart").action
QUICK = {"payments": Limits(cooldown=60.0, max_per_hour=2)}


async def done(house: House, name: str, ago: float, state: ExecutionState = "done", service: str = "payments") -> None:
    """A restart of a service, approved and begun so long ago."""
    action = replace(RESTART, target=Target("process", service, {"directory": f"/srv/{service}"}))
    proposal = make.proposal(f"p-{name}", replace(make.plan("restart"), action=action), incident_id=f"i-{name}")
    execution = make.execution(name, proposal.id, incident_id=proposal.incident_id, created_at=T - ago)
    await saved(house.store, make.incident(id=proposal.incident_id, state="resolved"))
    async with house.store.unit() as unit:
        await unit.ledger.offer(proposal)
        assert await unit.ledger.claim(make.approved(proposal, T), execution)
        if state != "queued":
            begun = await unit.ledger.begin(execution, 50.0)
            assert begun is not None
            assert state == "running" or await unit.ledger.finish(begun, state)
            await unit._connection.execute(update(rows).where(rows.c.id == name).values(started_at=T - ago))


async def reasons(house: House, *besides: str, **over: Any) -> tuple[str, ...]:
    policy = replace(house.policy, limits=QUICK, **over)
    async with house.store.read() as unit:
        return await Gate(policy, house.clock)(unit, RESTART, *besides)


@pytest.mark.parametrize(
    ("ago", "state", "why"),
    [
        (59.0, "done", "payments was acted on 59 s ago: its cooldown ends in 1 s"),
        (59.999, "done", "payments was acted on 60 s ago: its cooldown ends in 0 s"),
        (60.0, "done", ""),
        (1.0, "failed", ""),
        (1.0, "unknown", "payments was acted on 1 s ago"),
        (1.0, "queued", "another action is running on payments: wait until it has ended"),
        (1.0, "running", "another action is running on payments: wait until it has ended"),
        (90.0, "running", "another action is running on payments: wait until it has ended"),
    ],
)
async def test_what_was_done_before_counts_by_what_it_came_to(
    house: House, ago: float, state: ExecutionState, why: str
) -> None:
    await done(house, "x1", ago, state)
    found = await reasons(house)
    assert found[0].startswith(why) if why else found == ()
    assert await reasons(house, "x1") == ()


async def test_another_services_actions_are_its_own(house: House) -> None:
    await done(house, "x1", 1.0, "running", "catalog")
    assert await reasons(house) == ()


async def test_a_cooldown_may_be_longer_than_an_hour(house: House) -> None:
    await done(house, "x1", 2 * HOUR - 1)
    async with house.store.read() as unit:
        gate = Gate(replace(house.policy, limits={"payments": Limits(cooldown=2 * HOUR)}), house.clock)
        assert await gate(unit, RESTART) == ("payments was acted on 7199 s ago: its cooldown ends in 1 s",)


@pytest.mark.parametrize(
    ("times", "why"),
    [
        ((3599.0, 100.0), "payments had 2 actions in the last hour, the most allowed (max_per_hour)"),
        ((3600.0, 100.0), ""),
        ((100.0,), ""),
    ],
)
async def test_a_service_has_so_many_actions_an_hour(house: House, times: tuple[float, ...], why: str) -> None:
    for place, ago in enumerate(times):
        await done(house, f"x{place}", ago)
    assert await reasons(house) == ((why,) if why else ())


@pytest.mark.parametrize(
    ("states", "why"),
    [
        (("done", "done", "unknown"), "there were 3 actions in the last hour, the most allowed in all"),
        (("done", "done", "failed"), ""),
        (("done", "done"), ""),
    ],
)
async def test_all_services_together_have_so_many_an_hour(
    house: House, states: tuple[ExecutionState, ...], why: str
) -> None:
    for place, state in enumerate(states):
        await done(house, f"x{place}", 100.0 + place, state, f"service{place}")
    found = await reasons(house, max_per_hour=3)
    assert found[0].startswith(why) if why else found == ()
    assert await reasons(house, "x0", max_per_hour=3) == ()


async def test_the_switch_goes_first_then_the_calendar_then_the_pace(house: House) -> None:
    await done(house, "x1", 1.0)
    async with house.store.unit() as unit:
        await unit.ledger.turn(Stop("slack:U1", "Ada (Slack)", T, "we migrate"))
    calendar = Calendar(freezes=[Entry(Span("always"), Scope(services=frozenset({"payments"})))])
    assert await reasons(house, calendar=calendar) == (
        "all actions are stopped by Ada (Slack): we migrate",
        "payments is frozen (always)",
        "payments was acted on 1 s ago: its cooldown ends in 59 s",
    )
    async with house.store.unit() as unit:
        await unit.ledger.turn(None)
    assert await reasons(house, "x1") == ()
