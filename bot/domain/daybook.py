"""What the daily digest is made of, and how it is said."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bot.domain import lists, tempo
from bot.domain.card import Button, Card, Section, Tone
from bot.domain.dossier import Dossier
from bot.domain.execution import WORDS, Outcome
from bot.domain.filling import Filling
from bot.domain.halt import Stop
from bot.domain.incident import Incident
from bot.domain.proposals import Proposal
from bot.domain.render import STATE
from bot.domain.silence import Silence
from bot.domain.standing import Standing
from bot.domain.tuning import signature
from bot.domain.words import count, duration, until_time

NOISY = 3
"""Incidents a day with the same signature after which it is called noisy; and how many of those are listed."""
MOST = 15


@dataclass(frozen=True, slots=True)
class Daybook:
    """The rows of a day: `day` the incidents of the last 24 hours, `week` those of the seven days before.

    untold: incidents of the day that no chat was told of, because of silences or quiet hours.
    tuned: thresholds that people's words or the config moved.
    """

    day: Sequence[Dossier] = ()
    week: Sequence[Dossier] = ()
    outcomes: Sequence[Outcome] = ()
    pending: Sequence[Proposal] = ()
    standings: Sequence[Standing] = ()
    silences: Sequence[Silence] = ()
    filling: Sequence[Filling] = ()
    stop: Stop | None = None
    untold: int = 0
    tuned: int = 0
    head: str = ""


def digest(book: Daybook, zone: tzinfo, link: str = "") -> Card:
    """The digest; one line when there is nothing to say."""
    footer = f"audit head {book.head[:12]}" if book.head else ""
    if not (book.day or book.pending or book.standings or book.silences or book.stop or book.filling):
        return Card("good", "Digest: a quiet day, nothing to report", footer=footer, link=link)
    incidents = [one.incident for one in book.day]
    still = [one for one in incidents if one.state != "resolved"]
    noisy = noisiest(incidents)
    sections = (
        Section("Incidents", tuple(_incident(one) for one in incidents[:MOST])),
        Section("How long it took", tuple(tempo.against(tempo.tempo(book.day), tempo.tempo(book.week)))),
        Section("Actions", tuple(_outcome(one) for one in book.outcomes[:MOST])),
        Section("Filling up", tuple(one.sentence for one in book.filling[:MOST])),
        Section("Noisiest", tuple(f"{name}: {count(len(of), 'incident')}" for name, of in noisy)),
        Section("Waiting", _waiting(book)),
        Section("Stopped", (book.stop.sentence,) if book.stop else ()),
        Section("Not told", _untold(book, zone)),
        *(lists.standings(book.standings, zone).sections if book.standings else ()),
    )
    tone: Tone = "warning" if still or book.pending else "info"
    title = f"Digest: {count(len(incidents), 'incident')} in 24 h, {len(still)} still open"
    kept = tuple(section for section in sections if section.lines)
    buttons = tuple(button for name, of in noisy for button in _calm(name, of[-1]))
    return Card(tone, title, kept, buttons, footer, link, about="digest")


def noisiest(incidents: Sequence[Incident]) -> list[tuple[str, list[Incident]]]:
    """The signatures that made the most incidents, with those, oldest first."""
    found: dict[str, list[Incident]] = {}
    for one in sorted(incidents, key=lambda one: one.opened_at):
        for name in sorted({signature(signal) for signal in one.signals.values()}):
            found.setdefault(name, []).append(one)
    often = Counter({name: len(of) for name, of in found.items() if len(of) >= NOISY})
    return [(name, found[name]) for name, _ in often.most_common(NOISY)]


def _calm(name: str, last: Incident) -> tuple[Button, Button]:
    return (
        Button("harmless", f"Not a problem: {name}"[:75], last.id),
        Button("silence", f"Silence {', '.join(last.services)}"[:61] + " for a day", last.id, "1d"),
    )


def _waiting(book: Daybook) -> tuple[str, ...]:
    return (f"{count(len(book.pending), 'proposal')} waiting for a decision",) if book.pending else ()


def _untold(book: Daybook, zone: tzinfo) -> tuple[str, ...]:
    lines = [f"silenced until {until_time(one.until, zone)}: {one.sentence}" for one in book.silences]
    if book.untold:
        lines.append(f"{count(book.untold, 'incident')} of the day not told, because of silences or quiet hours")
    if book.tuned:
        lines.append(f"{count(book.tuned, 'threshold')} moved; say `tuning` for the list")
    return tuple(lines)


def _incident(one: Incident) -> str:
    length = f", lasted {duration(one.resolved_at - one.onset)}" if one.resolved_at else ""
    cause = f"; cause: {one.diagnosis.service}" if one.diagnosis and one.diagnosis.service else ""
    return f"{one.id} {one.title} · {STATE[one.state]}{length}{cause}"


def _outcome(one: Outcome) -> str:
    return f"{one.verb} of {one.service}: {WORDS[one.result].lower()} after {duration(one.took)}"
