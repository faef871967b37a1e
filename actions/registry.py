"""The kinds of target that Steward can act on. An actuator's module is imported when its kind is first used."""

from importlib import import_module
from typing import Any

from pydantic import BaseModel

from actions.model import Actuator

ACTUATORS = {
    "docker": "actions.docker:DockerActuator",
    "kubernetes": "actions.kubernetes:KubernetesActuator",
    "process": "actions.process:ProcessActuator",
    "webhook": "actions.webhook:WebhookActuator",
}


def build(kind: str) -> Actuator:
    """A new actuator of this kind.

    Raises:
        ValueError: no such kind; the text names those there are.
    """
    actuator: Actuator = _find(kind)()
    return actuator


def options(kind: str) -> type[BaseModel]:
    """The model of the options that a target of this kind has.

    Raises:
        ValueError: no such kind; the text names those there are.
    """
    model: type[BaseModel] = _find(kind).Options
    return model


def _find(kind: str) -> Any:
    if kind not in ACTUATORS:
        raise ValueError(f"there is no actuator of kind {kind!r}; the kinds are {', '.join(sorted(ACTUATORS))}")
    module, _, name = ACTUATORS[kind].partition(":")
    return getattr(import_module(module), name)
