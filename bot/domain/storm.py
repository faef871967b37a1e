"""When very much goes wrong at once, people get a few threads and one summary of all the rest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.words import count, duration


@dataclass(frozen=True, slots=True)
class Rules:
    """at: so many incidents that began within `within` seconds and last make a storm of the next.

    most: the signals that one incident keeps; further ones are counted.
    """

    at: int = 5
    within: float = 120.0
    most: int = 200


def reason(rules: Rules) -> str:
    """Why something was folded into a storm."""
    return f"{count(rules.at, 'incident')} began within {duration(rules.within)} before it: folded into a storm"


def blowing(held: Iterable[Incident], now: float, rules: Rules) -> bool:
    """Whether the next incident would be one too many."""
    fresh = (one for one in held if not one.storm and one.state != "resolved" and now - one.opened_at <= rules.within)
    return sum(1 for _ in fresh) >= rules.at


def title(one: Incident) -> str:
    """`Storm: 37 services at once`."""
    return f"Storm: {count(len(one.services), 'service')} at once"


def summary(one: Incident, most: int = 8) -> tuple[str, ...]:
    """What was folded, the services with the most signals first."""
    by = Counter(signal.service for signal in one.signals.values())
    lines = [f"{service}: {count(number, 'signal')}" for service, number in by.most_common(most)]
    rest = len(by) - most
    return (*lines, *([f"and {count(rest, 'more service')}"] if rest > 0 else []))
