"""What people granted, silenced and tuned, as cards with a button that ends each."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from bot.domain import moments, tuning
from bot.domain.card import Button, Card, Section
from bot.domain.silence import Silence
from bot.domain.standing import Standing
from bot.domain.tuning import Vote
from bot.domain.words import count


def standings(given: Sequence[Standing], zone: tzinfo) -> Card:
    """The standing approvals that hold, each with a button that ends it."""
    if not given:
        return Card("good", "No standing approval: every action waits for a click")
    lines = tuple(
        f"every {one.verb} of {one.target.service} until {moments.until(one.until, zone)}, "
        f"by {one.words}, used {count(one.used, 'time')}"
        for one in given
    )
    revoke = tuple(Button("revoke", f"Revoke: {one.verb} of {one.target.service}"[:75], one.id) for one in given)
    return Card("info", f"{count(len(given), 'standing approval')}", (Section("In advance", lines),), revoke)


def silences(given: Sequence[Silence], zone: tzinfo) -> Card:
    """The silences that hold, each with a button that ends it."""
    if not given:
        return Card("good", "Nothing is silenced")
    lines = tuple(f"until {moments.until(one.until, zone)}: {one.sentence}" for one in given)
    end = tuple(Button("unsilence", f"End: {', '.join(one.services)}"[:75], one.id) for one in given)
    return Card("info", count(len(given), "silence"), (Section("Not told", lines),), end)


def tuned(votes: Sequence[Vote], start: Mapping[str, float]) -> Card:
    """The thresholds that people's words or the config moved, each with a button that takes the words back."""
    factors = tuning.factors(votes, start)
    if not factors:
        return Card("good", "Every threshold is as shipped")
    cast: dict[str, list[str]] = {}
    for vote in votes:
        cast.setdefault(vote.signature, []).append(f"{vote.verdict} by {vote.words or vote.identity}")
    lines = tuple(
        f"{name}: {factor:.2f} times as wide ({'; '.join(cast.get(name, ['by the config'])[-3:])})"
        for name, factor in sorted(factors.items())
    )
    back = tuple(
        Button("retune", f"Take back: {name}"[:75], tuning.short(name)) for name in sorted(factors) if name in cast
    )
    return Card("info", count(len(factors), "threshold") + " moved", (Section("Tuned", lines),), back)
