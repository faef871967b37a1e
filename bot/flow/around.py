"""What answers are made of beside rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.filling import Filling
from bot.flow.fleet import Fleet


@dataclass(frozen=True, slots=True)
class Around:
    """The targets, each part that is not well with one line, the config's factors of thresholds, and what fills up."""

    fleet: Fleet
    troubles: Callable[[], Mapping[str, str]]
    tuning: Mapping[str, float] = field(default_factory=dict)
    filling: Callable[[], Sequence[Filling]] = tuple
