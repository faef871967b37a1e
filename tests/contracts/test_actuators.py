"""What every actuator must do, tried on a target of each kind in the registry."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from actions.model import Action, ActuatorError, DriftedError, Plan, Target, Verb
from actions.registry import ACTUATORS
from tests.contracts.ranges import RANGES, REAL, Range
from tests.real.docker_engine import docker_engine
from tests.real.systemd_machine import systemd_machine

VERBS: tuple[Verb, ...] = ("restart", "scale", "rollback")
KINDS = [pytest.param(kind, marks=pytest.mark.real if kind in REAL else ()) for kind in sorted(ACTUATORS)]


@pytest.fixture(scope="module", params=KINDS)
def kind_and_host(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    match request.param:
        case "docker":
            with docker_engine() as host:
                yield request.param, host
        case "systemd":
            with systemd_machine() as machine:
                yield request.param, str(machine.folder)
        case _:
            yield request.param, ""


@pytest.fixture
async def place(kind_and_host: tuple[str, str], tmp_path: Path) -> AsyncIterator[Range]:
    kind, host = kind_and_host
    async with RANGES[kind](tmp_path, host) as found:
        yield found


@pytest.fixture(params=VERBS)
def verb(request: pytest.FixtureRequest) -> Verb:
    chosen: Verb = request.param
    return chosen


async def action_of(verb: Verb, place: Range) -> Action:
    """An action that changes the target: three replicas, or the first revision."""
    state = await place.actuator.state(place.target)
    replicas = 3 if verb == "scale" else None
    return Action(verb, place.target, replicas, state.revisions[0].name if verb == "rollback" else None)


async def plan_of(verb: Verb, place: Range) -> Plan:
    return await place.actuator.plan(await action_of(verb, place))


def test_every_kind_has_a_range() -> None:
    assert set(RANGES) == set(ACTUATORS)


async def test_check_passes_and_the_state_is_told(place: Range) -> None:
    await place.settle()
    before = await place.effect()
    await place.actuator.check(place.target)
    state = await place.actuator.state(place.target)
    assert (state.replicas, state.ready, state.settled) == (2, 2, True)
    assert [revision.name for revision in state.revisions].index(state.revision) == 1
    assert state.revisions[0].deployed_at <= state.revisions[1].deployed_at
    assert await place.effect() == before


async def test_a_plan_changes_nothing_and_is_the_same_each_time(place: Range, verb: Verb) -> None:
    before = await place.effect()
    plan = await plan_of(verb, place)
    assert plan.changes
    assert plan.digest == (await plan_of(verb, place)).digest
    assert await place.effect() == before


async def test_a_run_makes_it_so_once(place: Range, verb: Verb) -> None:
    before = await place.effect()
    plan = await plan_of(verb, place)
    assert await place.actuator.probe(place.target, "a-1") == "not_done"
    await place.actuator.run(plan, "a-1")
    await place.settle()
    state = await place.actuator.state(place.target)
    after = await place.effect()
    assert after != before
    assert state.replicas == (plan.action.replicas or 2)
    assert plan.action.revision in {None, state.revision}
    assert await place.actuator.probe(place.target, "a-1") == "done"
    assert await place.actuator.probe(place.target, "a-2") == "not_done"

    await place.actuator.run(plan, "a-1")
    assert await place.effect() == after


async def test_a_plan_that_was_run_is_drifted_for_another_action(place: Range) -> None:
    plan = await plan_of("rollback", place)
    await place.actuator.run(plan, "a-1")
    with pytest.raises(DriftedError):
        await place.actuator.run(plan, "a-2")


async def test_a_drifted_plan_has_no_effect(place: Range, verb: Verb) -> None:
    plan = await plan_of(verb, place)
    await place.meddle()
    before = await place.effect()
    with pytest.raises(DriftedError, match="make a new plan") as caught:
        await place.actuator.run(plan, "a-1")
    assert caught.value.effect == "none"
    assert await place.effect() == before
    assert await place.actuator.probe(place.target, "a-1") == "not_done"


@pytest.mark.parametrize("verb", ["scale", "rollback"], indirect=True)
async def test_the_inverse_undoes_it(place: Range, verb: Verb) -> None:
    before = await place.actuator.state(place.target)
    plan = await plan_of(verb, place)
    assert plan.inverse
    await place.actuator.run(plan, "a-1")
    await place.settle()
    await place.actuator.run(await place.actuator.plan(plan.inverse), "a-2")
    await place.settle()
    after = await place.actuator.state(place.target)
    assert (after.replicas, after.revision) == (before.replicas, before.revision)


async def test_what_makes_no_sense_is_refused_by_the_plan(place: Range) -> None:
    state = await place.actuator.state(place.target)
    for action in (
        Action("scale", place.target, replicas=state.replicas),
        Action("rollback", place.target, revision=state.revision),
        Action("rollback", place.target, revision="no-such-revision"),
    ):
        with pytest.raises(ActuatorError):
            await place.actuator.plan(action)


@pytest.mark.parametrize("beside", ["evict", "cordon", "uncordon"])
async def test_an_instance_or_a_node_that_is_not_its_own_is_refused_by_the_plan(place: Range, beside: Verb) -> None:
    before = await place.effect()
    with pytest.raises(ActuatorError, match=rf"cannot {beside} .*nobody"):
        await place.actuator.plan(Action(beside, place.target, instance="nobody"))
    assert await place.effect() == before


async def test_instances_have_names_of_their_own_and_are_among_what_is_ready(place: Range) -> None:
    await place.settle()
    state = await place.actuator.state(place.target)
    ready = {one.name for one in state.instances if one.ready}
    assert len({one.name for one in state.instances}) == len(state.instances)
    assert len(ready) >= state.ready or not state.instances
    assert bool(state.instances) is ("evict" in place.actuator.verbs)


async def test_an_unreachable_target_is_one_clear_line(place: Range) -> None:
    plan = await plan_of("restart", place)
    moved = Plan(Action("restart", place.unreachable), plan.version, plan.changes)
    for call in (
        place.actuator.check(place.unreachable),
        place.actuator.state(place.unreachable),
        place.actuator.plan(moved.action),
        place.actuator.run(moved, "a-1"),
        place.actuator.probe(place.unreachable, "a-1"),
    ):
        with pytest.raises(ActuatorError) as caught:
            await call
        assert caught.value.effect == "none"
        assert "\n" not in str(caught.value)


async def test_a_target_without_options_is_one_clear_line(place: Range) -> None:
    with pytest.raises(ActuatorError, match=r"services\.checkout\.target"):
        await place.actuator.check(Target(place.target.kind, "checkout"))
