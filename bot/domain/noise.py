"""Which thresholds cry wolf, by the incidents of the past, and how much wider they would have to be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.tuning import MOST, STEPS, signature

SHORT = 900.0
"""Seconds: what fired for longer is no noise."""

MANY = 3
"""So often it must have been noise: once or twice is no habit."""

STEP = STEPS["harmless"]


@dataclass(frozen=True, slots=True)
class Quieter:
    """A signature that would be quieter with a factor. `silenced`: of its `incidents`, those that would not be."""

    signature: str
    factor: float
    silenced: int
    incidents: int


def suggested(incidents: Iterable[Incident], factors: Mapping[str, float]) -> list[Quieter]:
    """The smallest factors that would have silenced what looks like noise, the loudest signature first.

    Noise is an incident of one signature alone that was short and ended by itself. A factor is found only where there
    were MANY such, and silences none of the signature's other incidents.

    Args:
        incidents: of a replay.
        factors: those that it was run with; each suggestion takes STEP after STEP from there, up to MOST.
    """
    noise: dict[str, list[float]] = {}
    rest: dict[str, list[float]] = {}
    for one in incidents:
        tops: dict[str, float] = {}
        for signal in one.signals.values():
            tops[signature(signal)] = max(tops.get(signature(signal), 0.0), signal.top)
        for name, top in tops.items():
            (noise if len(tops) == 1 and looks_like_noise(one) else rest).setdefault(name, []).append(top)
    found = [_quieter(name, tops, rest.get(name, ()), factors.get(name, 1.0)) for name, tops in noise.items()]
    return sorted((one for one in found if one is not None), key=lambda one: (-one.silenced, one.signature))


def looks_like_noise(one: Incident) -> bool:
    """Whether an incident was short and ended by itself."""
    signals = one.signals.values()
    over = one.resolved_at is not None and all(signal.end == "cleared" for signal in signals)
    return over and max(signal.at for signal in signals) - one.onset <= SHORT


def _quieter(name: str, noise: Sequence[float], rest: Sequence[float], start: float) -> Quieter | None:
    best: Quieter | None = None
    factor = start * STEP
    while factor <= MOST:
        text = round(factor, 3)
        silenced = sum(top < _limit(text) for top in noise)
        if any(top < _limit(text) for top in rest):
            break
        if silenced >= MANY and (best is None or silenced > best.silenced):
            best = Quieter(name, text, silenced, len(noise) + len(rest))
        factor *= STEP
    return best


def _limit(factor: float) -> float:
    """The score at a threshold that is so many times as wide as the shipped one."""
    return factor / (1.0 + factor)
