import asyncio

import pytest

from actions.model import ActuatorError, State, Target
from bot.flow.fleet import Fleet
from tests.fakes.actuator import FakeActuator, state


class Odd(FakeActuator):
    """Answers when all were asked; `buggy` has a bug, and what is not known cannot be reached."""

    asked = 0

    async def state(self, target: Target) -> State:
        self.asked += 1
        if target.service == "buggy":
            raise KeyError("a bug")
        if target.service == "late":
            raise TimeoutError
        await asyncio.sleep(0)
        return await super().state(target)


def fleet(*services: str) -> Fleet:
    actuator = Odd({"payments": state("v1"), "catalog": state("v2")})
    return Fleet({one: Target("fake", one) for one in services}, {"fake": actuator})


async def test_those_that_answer_are_given_and_the_others_left_out() -> None:
    found = await fleet("payments", "catalog", "gone", "late").states(["payments", "catalog", "gone", "late", "none"])
    assert {name: one.revision for name, one in found.items()} == {"payments": "v1", "catalog": "v2"}


async def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        await fleet("payments", "buggy").states(["payments", "buggy"])


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("none", "service none has no target in the config"),
        ("gone", "no such workload: gone"),
        ("late", "the target of late did not answer within 15 s"),
    ],
)
async def test_a_state_that_cannot_be_had_is_one_clear_line(service: str, words: str) -> None:
    with pytest.raises(ActuatorError) as caught:
        await fleet("gone", "late").state(service)
    assert str(caught.value) == words


def test_a_kind_that_the_config_lost_is_one_clear_line() -> None:
    with pytest.raises(ActuatorError, match="target of kind docker any more"):
        fleet().actuator_of(Target("docker", "payments"))
