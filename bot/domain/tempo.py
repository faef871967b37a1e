"""How long people and Steward took: to notice, to approve, to recover."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from bot.domain.dossier import Dossier
from bot.domain.timeline import EventKind
from bot.domain.words import duration

READ: Sequence[EventKind] = ("proposed", "approved")
"""The facts that the medians are made of."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """Medians in seconds, over the incidents that came so far; None where none did.

    notice: from the first anomalous sample to the opening. approve: from the first offer to the first yes.
    recover: from the first anomalous sample to the end.
    """

    notice: float | None = None
    approve: float | None = None
    recover: float | None = None


def tempo(dossiers: Iterable[Dossier]) -> Tempo:
    """The medians over some incidents."""
    notice, approve, recover = list[float](), list[float](), list[float]()
    for one in dossiers:
        incident = one.incident
        first = {event.kind: event.at for event in reversed(one.events)}
        notice.append(incident.opened_at - incident.onset)
        if "proposed" in first and "approved" in first:
            approve.append(max(0.0, first["approved"] - first["proposed"]))
        if incident.resolved_at is not None:
            recover.append(incident.resolved_at - incident.onset)
    return Tempo(*(median(values) if values else None for values in (notice, approve, recover)))


def against(day: Tempo, week: Tempo) -> Sequence[str]:
    """What a day took, each against the week before it: `to notice: 32 s (41 s the week before)`."""
    rows = (
        ("notice", day.notice, week.notice),
        ("approve", day.approve, week.approve),
        ("recover", day.recover, week.recover),
    )
    return [
        f"to {what}: {duration(now)}" + (f" ({duration(before)} the week before)" if before is not None else "")
        for what, now, before in rows
        if now is not None
    ]
