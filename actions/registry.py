"""The kinds of target that Steward can act on. An actuator's module is imported when its kind is first used."""

from importlib import import_module

from actions.model import Actuator

ACTUATORS = {
    "docker": "actions.docker:DockerActuator",
    "kubernetes": "actions.kubernetes:KubernetesActuator",
    "process": "actions.process:ProcessActuator",
}


def build(kind: str) -> Actuator:
    """A new actuator of this kind.

    Raises:
        ValueError: no such kind; the text names those there are.
    """
    if kind not in ACTUATORS:
        raise ValueError(f"there is no actuator of kind {kind!r}; the kinds are {', '.join(sorted(ACTUATORS))}")
    module, _, name = ACTUATORS[kind].partition(":")
    actuator: Actuator = getattr(import_module(module), name)()
    return actuator
