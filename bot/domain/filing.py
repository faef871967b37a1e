"""Files signals: each into the incident it belongs to, with the fact for the timeline that says why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain import correlation, incident
from bot.domain.correlation import Assignment
from bot.domain.incident import Incident
from bot.domain.pack import sentence
from bot.domain.signals import End, Signal
from bot.domain.timeline import Event
from bot.domain.topology import Topology

ENDS: Mapping[End, str] = {
    "": "Cleared",
    "cleared": "Cleared",
    "lost": "Lost from sight",
    "adopted": "Counts as normal by now",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Who calls whom, and how near is near."""

    topology: Topology
    near: correlation.Rules = field(default_factory=correlation.Rules)


class Cabinet:
    """The incidents of one moment, open and just resolved, while signals are filed into them.

    Args:
        held: those incidents, by id.
        newest: the newest state of signals that fire, by key: brought up to date wherever something is filed.
        rules: what belongs together.
        new_id: gives the id of an incident to open.
    """

    def __init__(
        self, held: Mapping[str, Incident], newest: Mapping[str, Signal], rules: Rules, new_id: Callable[[], str]
    ) -> None:
        self._held = dict(held)
        self._newest = newest
        self._rules = rules
        self._new_id = new_id
        self._events: dict[str, list[Event]] = {}

    def file(self, changes: Iterable[Signal], now: float) -> list[tuple[Incident, list[Event]]]:
        """Files signals that began or ended to fire; gives each incident that changed, with its new facts."""
        for signal in changes:
            found = correlation.assign(signal, list(self._held.values()), self._rules.topology, now, self._rules.near)
            if found.move != "drop":
                one, event = self._filed(signal, found, now)
                self._held[one.id] = one
                self._events.setdefault(one.id, []).append(event)
        return [(self._graded(self._held[one]), events) for one, events in self._events.items()]

    def _filed(self, signal: Signal, found: Assignment, now: float) -> tuple[Incident, Event]:
        if found.incident is None:
            one = incident.begin(self._new_id(), signal, self._rules.topology, now)
            return one, Event(one.id, now, "opened", f"Opened: {sentence(signal)}; {found.reason}")
        one = found.incident
        if found.move == "reopen":
            one = one.move("open", now)
        newest = {key: self._newest[key] for key in one.signals if key in self._newest}
        one = replace(one, signals={**one.signals, **newest}).with_signal(signal, now)
        if found.move == "reopen":
            return one, Event(one.id, now, "reopened", f"Reopened: {sentence(signal)}; {found.reason}")
        if signal.firing:
            known = found.incident.signals.get(signal.key)
            word = "Urgent" if known is not None and known.firing else "Added"
            return one, Event(one.id, now, "attached", f"{word}: {sentence(signal)}; {found.reason}")
        return one, Event(one.id, now, "cleared", f"{ENDS[signal.end]}: {signal.service} {signal.title}")

    def _graded(self, one: Incident) -> Incident:
        now = incident.severity(one.firing, self._rules.topology) if one.firing else one.severity
        return replace(one, severity=incident.worst(one.severity, now))
