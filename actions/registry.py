"""The kinds of target that Steward can act on. An actuator's module is imported when its kind is first used."""

from importlib import import_module
from typing import Any

from pydantic import BaseModel

from actions.model import Actuator

ACTUATORS = {
    "command": "actions.command:CommandActuator",
    "docker": "actions.docker:DockerActuator",
    "ecs": "actions.ecs:EcsActuator",
    "kubernetes": "actions.kubernetes:KubernetesActuator",
    "process": "actions.process:ProcessActuator",
    "systemd": "actions.systemd:SystemdActuator",
    "webhook": "actions.webhook:WebhookActuator",
}


def build(kind: str) -> Actuator:
    """A new actuator of this kind.

    Raises:
        ValueError: no such kind, or its package is not installed; the text says which.
    """
    actuator: Actuator = _find(kind)()
    return actuator


def options(kind: str) -> type[BaseModel]:
    """The model of the options that a target of this kind has.

    Raises:
        ValueError: as `build`.
    """
    model: type[BaseModel] = _find(kind).Options
    return model


def _find(kind: str) -> Any:
    if kind not in ACTUATORS:
        raise ValueError(f"there is no actuator of kind {kind!r}; the kinds are {', '.join(sorted(ACTUATORS))}")
    module, _, name = ACTUATORS[kind].partition(":")
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        raise ValueError(
            f"a target of kind {kind} needs {(error.name or '').partition('.')[0]}: pip install 'steward[{kind}]'"
        ) from None
