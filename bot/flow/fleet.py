"""Every service's target, with the actuator that reaches it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from actions.model import Actuator, ActuatorError, State, Target
from bot.domain.topology import Topology

PATIENCE = 15.0
"""Seconds that a question to a target may take."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The targets by service, the actuators by kind, and who calls whom."""

    targets: Mapping[str, Target] = field(default_factory=dict)
    actuators: Mapping[str, Actuator] = field(default_factory=dict)
    topology: Topology = field(default_factory=lambda: Topology({}))

    def actuator_of(self, target: Target) -> Actuator:
        """The actuator that reaches a target.

        Raises:
            ActuatorError: this kind is not configured any more.
        """
        if target.kind not in self.actuators:
            raise ActuatorError(f"no service of the config has a target of kind {target.kind} any more")
        return self.actuators[target.kind]

    async def state(self, service: str) -> State:
        """What a service's target says of itself.

        Raises:
            ActuatorError: it has none, or the target did not answer in time.
        """
        if service not in self.targets:
            raise ActuatorError(f"service {service} has no target in the config")
        target = self.targets[service]
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.actuator_of(target).state(target)
        except TimeoutError:
            raise ActuatorError(f"the target of {service} did not answer within {PATIENCE:.0f} s") from None

    async def states(self, services: Iterable[str]) -> dict[str, State]:
        """The states of those services whose targets answer, asked at the same time."""
        names = [service for service in services if service in self.targets]
        answers = await asyncio.gather(*(self.state(name) for name in names), return_exceptions=True)
        found = {}
        for name, answer in zip(names, answers, strict=True):
            if isinstance(answer, State):
                found[name] = answer
            elif not isinstance(answer, ActuatorError):
                raise answer
        return found
