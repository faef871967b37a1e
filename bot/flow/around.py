"""What answers are made of beside rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.flow.fleet import Fleet


@dataclass(frozen=True, slots=True)
class Around:
    """The targets, every part that is not well with one line each, and the config's factors of thresholds."""

    fleet: Fleet
    troubles: Callable[[], Mapping[str, str]]
    tuning: Mapping[str, float] = field(default_factory=dict)
