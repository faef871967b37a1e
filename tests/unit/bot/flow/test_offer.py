from dataclasses import replace
from typing import Any

import pytest

from actions.guard import Limits
from actions.model import Action, ActuatorError, Plan
from bot.flow.fleet import Fleet
from tests import builders as make
from tests.builders import T
from tests.fakes.actuator import FakeActuator, state
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import click, events, executed, investigated, offered, proposals


async def asked_again(house: House, seconds: float = 0.0, **over: Any) -> None:
    """Something makes the incident look for an offer once more."""
    house.clock.advance(seconds)
    dossier = await house.dossier()
    async with house.store.unit() as unit:
        await unit.incidents.save(replace(dossier.incident, **{"due": frozenset({"offer"}), "state": "open", **over}))
    await house.offer()


async def test_what_fits_the_cause_is_offered_with_its_dry_run_and_expiry(house: House) -> None:
    found = await offered(house)
    assert (found.plan.action.verb, found.plan.action.revision) == ("rollback", "v1")
    assert found.digest == house.policy.seal(found.plan)
    assert [(change.before, change.after) for change in found.plan.changes] == [("v2", "v1")]
    assert (found.expires_at - found.created_at, found.risk, found.prior) == (600, "medium", "not tried here before")
    assert await events(house, "proposed") == [f"Proposal: roll back payments to v1. {found.reason}"]
    assert (await house.dossier()).incident.due == frozenset()
    assert house.actuator.effects == []
    history = await trail(house.store)
    assert (history.broken, history.rows) == (0, [("steward", "propose", found.id)])


async def test_an_offer_waits_until_the_picture_is_calm(house: House) -> None:
    await investigated(house, opened_at=T, due=frozenset({"offer"}))
    house.clock.advance(32.9)  # the newest signal is of T + 30, and calm is 3 s
    await house.offer()
    assert await proposals(house) == []
    house.clock.advance(0.1)
    await house.offer()
    assert len(await proposals(house)) == 1


@pytest.mark.parametrize(
    "over",
    [
        {"due": frozenset({"offer", "investigate"})},
        {"suspects": ()},
        {"suspects": (make.suspect(confidence=0.39),)},
        {"state": "acting"},
        {"state": "resolved"},
    ],
    ids=["a look is due", "no suspect", "inconclusive", "acting", "resolved"],
)
async def test_nothing_is_offered_when(house: House, over: dict[str, Any]) -> None:
    await investigated(house, **over)
    house.clock.advance(60)
    await house.offer()
    assert await proposals(house) == []


async def test_when_nothing_changed_the_old_button_stays(house: House) -> None:
    first = await offered(house)
    await asked_again(house, 5)
    assert [(one.id, one.state) for one in await proposals(house)] == [(first.id, "pending")]
    assert len(await events(house, "proposed")) == 1


async def test_when_another_fits_the_old_button_is_void(house: House) -> None:
    first = await offered(house)
    house.actuator.states["payments"] = replace(state("v1", "v2", "v3", at=T), version="9")
    await asked_again(house, 5)
    new, old = await proposals(house)
    assert (new.state, new.plan.action.revision, old.id, old.state) == ("pending", "v2", first.id, "void")
    late = await house.desk.click(click(first))
    assert not late.accepted
    assert house.actuator.effects == []
    assert [row[1:] for row in (await trail(house.store)).rows[1:3]] == [("void", first.id), ("propose", new.id)]


async def test_when_the_cause_is_another_the_old_button_is_void(house: House) -> None:
    await offered(house)
    await asked_again(house, 5, suspects=(make.suspect(service="catalog", cause="fault"),))
    new, old = await proposals(house)
    assert (new.plan.action.verb, new.plan.action.target.service, old.state) == ("restart", "catalog", "void")


async def test_what_the_guard_refuses_is_a_fact_said_once(house: House) -> None:
    await executed(house)
    house.actuator.states["payments"] = state("v1", "v2", at=T - 60)
    for _ in range(3):
        await asked_again(house, 0.0)
    (told,) = await events(house, "refused")
    assert told.startswith("Not offered, roll back payments to v1: payments was acted on 0 s ago")
    assert await proposals(house, "pending") == []
    await asked_again(house, 61)
    assert len(await proposals(house, "pending")) == 1


class Refusing(FakeActuator):
    """Targets whose dry run fails."""

    async def plan(self, action: Action) -> Plan:
        raise ActuatorError("the API said 403: give the role `patch` on deployments")


async def test_a_dry_run_that_fails_is_a_fact(house: House) -> None:
    other = House(house.store, house.clock, house.values, house.states, actuator_=Refusing(house.states))
    await investigated(other)
    other.clock.advance(60)
    for _ in range(2):
        await asked_again(other)
    assert await events(other, "refused") == [
        "Cannot roll back payments to v1: the API said 403: give the role `patch` on deployments"
    ]


async def test_a_service_without_a_target_is_a_fact(house: House) -> None:
    await investigated(house)
    house.clock.advance(60)
    await replace(house.offer, fleet=Fleet())()
    assert await events(house, "refused") == ["Nothing to offer: service payments has no target in the config"]


async def test_scaling_follows_the_traffic_within_the_limits(house: House) -> None:
    busy = make.signal(query="http_request_rate", unit="per_second", value=60.0, expected=20.0)
    await investigated(house, suspects=(make.suspect(cause="overload"),))
    async with house.store.unit() as unit:
        await unit.telemetry.draw((await house.dossier()).incident.id, [make.chart(busy)])
    house.clock.advance(60)
    policy = replace(house.policy, limits={"payments": Limits(max_replicas=2)})
    await replace(house.offer, gate=replace(house.offer.gate, policy=policy))()
    (found,) = await proposals(house, "pending")
    assert (found.plan.action.verb, found.plan.action.replicas) == ("scale", 2)
    await asked_again(house, 5)
    new, _ = await proposals(house)
    assert new.plan.action.replicas == 3


async def test_a_target_that_cannot_be_asked_now_takes_no_button_away(house: House) -> None:
    first = await offered(house)
    gone = house.actuator.states.pop("payments")
    await asked_again(house, 5)
    assert [(one.id, one.state) for one in await proposals(house)] == [(first.id, "pending")]
    house.actuator.states["payments"] = gone
    assert (await house.desk.click(click(first))).accepted
