from collections.abc import AsyncIterator

import pytest
from pydantic import ValidationError

from actions.ecs import EcsActuator, EcsOptions
from actions.ecs_read import MARKS_KEPT
from actions.model import Action, ActuatorError, DriftedError, Target
from tests.standins.ecs import Ecs, serving


@pytest.fixture
async def ecs() -> AsyncIterator[Ecs]:
    async with serving() as found:
        yield found


@pytest.fixture
async def actuator() -> AsyncIterator[EcsActuator]:
    made = EcsActuator(lambda: 1_718_000_000.0)
    yield made
    await made.close()


def target(ecs: Ecs) -> Target:
    return Target("ecs", "checkout", ecs.options)


async def test_a_forced_deployment_is_ready_only_when_its_own_tasks_run(ecs: Ecs, actuator: EcsActuator) -> None:
    await actuator.run(await actuator.plan(Action("restart", target(ecs))), "a-1")
    assert ecs.tags == {"steward:action:a-1": "restart ecs-svc/1 - 1718000000"}
    state = await actuator.state(target(ecs))
    assert (state.replicas, state.ready, state.settled) == (2, 0, False)
    ecs.settle()
    assert (await actuator.state(target(ecs))).settled


@pytest.mark.parametrize(
    ("failure", "effect", "answer"),
    [((400, "AccessDeniedException"), "none", "not_done"), ((500, "ServerException"), "unknown", "unknown")],
)
async def test_a_refused_change_leaves_no_mark_and_a_lost_one_does(
    ecs: Ecs, actuator: EcsActuator, failure: tuple[int, str], effect: str, answer: str
) -> None:
    plan = await actuator.plan(Action("restart", target(ecs)))
    ecs.failures["UpdateService"] = failure
    with pytest.raises(ActuatorError) as caught:
        await actuator.run(plan, "a-1")
    assert caught.value.effect == effect
    assert await actuator.probe(target(ecs), "a-1") == answer


async def test_an_action_whose_mark_is_there_is_not_begun_again(ecs: Ecs, actuator: EcsActuator) -> None:
    plan = await actuator.plan(Action("restart", target(ecs)))
    ecs.failures["UpdateService"] = (503, "ServiceUnavailable")
    with pytest.raises(ActuatorError):
        await actuator.run(plan, "a-1")
    ecs.failures.clear()
    with pytest.raises(ActuatorError, match="was begun before") as caught:
        await actuator.run(plan, "a-1")
    assert caught.value.effect == "unknown"
    assert ecs.calls.count("UpdateService") == 1


async def test_nothing_is_changed_when_the_mark_cannot_be_left(ecs: Ecs, actuator: EcsActuator) -> None:
    plan = await actuator.plan(Action("scale", target(ecs), replicas=3))
    ecs.failures["TagResource"] = (400, "AccessDeniedException")
    with pytest.raises(ActuatorError, match="ecs:TagResource") as caught:
        await actuator.run(plan, "a-1")
    assert caught.value.effect == "none"
    assert (ecs.desired, ecs.calls.count("UpdateService")) == (2, 0)


async def test_a_plan_to_scale_knows_from_how_many(ecs: Ecs, actuator: EcsActuator) -> None:
    plan = await actuator.plan(Action("scale", target(ecs), replicas=3))
    restart = await actuator.plan(Action("restart", target(ecs)))
    ecs.desired = 4
    with pytest.raises(DriftedError, match="has 4 tasks, the plan was made at 2"):
        await actuator.run(plan, "a-1")
    await actuator.run(restart, "a-2")  # another count is no drift for a restart


async def test_old_marks_make_room(ecs: Ecs, actuator: EcsActuator) -> None:
    ecs.tags = {f"steward:action:old-{at}": f"restart ecs-svc/1 - {at + 1_000_000_000}" for at in range(MARKS_KEPT)}
    ecs.tags["team"] = "shop"
    await actuator.run(await actuator.plan(Action("restart", target(ecs))), "a-1")
    assert len(ecs.tags) == MARKS_KEPT + 1
    assert "steward:action:old-0" not in ecs.tags
    assert {"steward:action:a-1", "team"} <= set(ecs.tags)


async def test_what_others_deploy_cannot_be_deployed_here(ecs: Ecs, actuator: EcsActuator) -> None:
    ecs.more["deploymentController"] = {"type": "CODE_DEPLOY"}
    with pytest.raises(ActuatorError, match="run by CODE_DEPLOY"):
        await actuator.plan(Action("restart", target(ecs)))
    assert (await actuator.plan(Action("scale", target(ecs), replicas=3))).changes


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"region": "EU West"}, "pattern"),
        ({"endpoint_url": "localhost"}, "pattern"),
        ({"endpoint_url": "https://u:p@host"}, "pattern"),
        ({"servce": "x"}, "not permitted"),
    ],
)
def test_wrong_options_are_refused(change: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        EcsOptions.model_validate({"cluster": "shop", "service": "checkout", "region": "eu-west-1", **change})
