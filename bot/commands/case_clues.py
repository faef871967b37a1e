"""What the log, the events and the objects of a case say of each service."""

from collections.abc import Iterator

from bot.commands.case_files import Case, Event
from bot.commands.case_state import broken
from bot.domain.ranking import Clue
from bot.domain.words import duration
from bot.sources.loglines import clean
from detectors.hops import held_up
from detectors.outbreaks import outbreaks

RECENT = 3600.0
"""Seconds before the start within which a change of a service may be the cause."""
LATE = 60.0
"""Seconds after the start at which a change may have been noted, for clocks differ."""
ENOUGH = 3.0
"""Slow hops, or new errors, of which half is believed."""
LONGEST = 120
"""Characters of a line or a detail that are shown."""


def clues(case: Case) -> list[Clue]:
    """All clues, but for those that the series give.

    Raises:
        StewardError: an object in state.json is not as the Kubernetes API gives it.
    """
    return [*_hops(case), *_errors(case), *_changes(case), *broken(case)]


def _hops(case: Case) -> Iterator[Clue]:
    held = {service: one for service, one in held_up(case.lines, case.start).items() if one.slow}
    most = max((one.blame for one in held.values()), default=0.0)
    for service, one in sorted(held.items()):
        weight = one.blame / most * one.slow / (one.slow + ENOUGH)
        _, source, target = one.worst
        told = (
            f"requests wait: {one.slow} of its {one.hops} hops in the log are slow, from {source} to {target} the most"
        )
        yield Clue(service, "hops", weight, told)


def _errors(case: Case) -> Iterator[Clue]:
    found = outbreaks(case.lines, case.start)
    most = max((one.first for one in found.values()), default=0)
    for service, one in sorted(found.items()):
        weight = one.first / max(1, most) * one.first / (one.first + ENOUGH)
        yield Clue(service, "errors", weight, f"{one.lines} new errors in its log: {_short(one.example)}")


def _changes(case: Case) -> Iterator[Clue]:
    for event in case.events:
        age = case.start - event.at
        if -LATE <= age <= RECENT:
            yield Clue(event.service, "deployment", 1.0 - max(age, 0.0) / (2 * RECENT), _told(event, age))


def _told(event: Event, age: float) -> str:
    when = f"{duration(age)} before the start" if age > 0 else "at the start"
    return _short(f"{event.kind} {when}: {event.detail}" if event.detail else f"{event.kind} {when}")


def _short(text: str) -> str:
    whole = clean(" ".join(text.split()))
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"
