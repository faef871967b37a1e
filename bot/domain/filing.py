"""Files signals: each into the incident it belongs to, with the fact for the timeline that says why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain import correlation, incident, storm
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
    """Who calls whom, how near is near, and how much is a storm."""

    topology: Topology
    near: correlation.Rules = field(default_factory=correlation.Rules)
    much: storm.Rules = field(default_factory=storm.Rules)


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
        """Files signals that began or ended to fire; gives each incident that changed, with its new facts.

        Those that were held until now join what is near them by now.
        """
        for signal in changes:
            self._place(signal, now)
        for signal in self._newest.values():
            if signal.firing and signal.held and not any(signal.key in one.signals for one in self._held.values()):
                self._place(signal, now)
        return [(self._graded(self._held[one]), events) for one, events in self._events.items()]

    def _place(self, signal: Signal, now: float) -> None:
        found = correlation.assign(signal, list(self._held.values()), self._rules.topology, now, self._rules.near)
        if found.move == "open":
            found = self._folded(found, now)
        if found.move == "drop" or (found.incident is not None and self._idle(signal, found.incident)):
            return
        one, event = self._filed(signal, found, now)
        self._held[one.id] = one
        self._events.setdefault(one.id, []).extend(event)

    def _idle(self, signal: Signal, one: Incident) -> bool:
        """Whether an incident has nothing to gain from a signal: it fires there already, or is held and too many."""
        known = one.signals.get(signal.key)
        if known is not None:
            return signal.firing and known.firing and known.urgent >= signal.urgent
        return signal.held and len(one.signals) >= self._rules.much.most

    def _folded(self, found: Assignment, now: float) -> Assignment:
        """What would open an incident joins the storm, if there is one or if it would be one incident too many."""
        recent = now - self._rules.near.window
        last = [one for one in self._held.values() if one.storm and one.signalled_at >= recent]
        if last and last[-1].state != "resolved":
            return Assignment("attach", storm.reason(self._rules.much), last[-1])
        if storm.blowing(self._held.values(), now, self._rules.much):
            return Assignment("open", storm.reason(self._rules.much), None, storm=True)
        return found

    def _filed(self, signal: Signal, found: Assignment, now: float) -> tuple[Incident, list[Event]]:
        if found.incident is None:
            one = incident.begin(self._new_id(), signal, self._rules.topology, now)
            one = replace(one, storm=found.storm)
            return one, [Event(one.id, now, "opened", f"Opened: {sentence(signal)}; {found.reason}")]
        one = found.incident
        if signal.key not in one.signals and len(one.signals) >= self._rules.much.most:
            return self._counted(one, now)
        if found.move == "reopen":
            one = one.move("open", now)
        newest = {key: self._newest[key] for key in one.signals if key in self._newest}
        one = replace(one, signals={**one.signals, **newest}).with_signal(signal, now)
        if found.move == "reopen":
            return one, [Event(one.id, now, "reopened", f"Reopened: {sentence(signal)}; {found.reason}")]
        if signal.firing:
            known = found.incident.signals.get(signal.key)
            word = "Urgent" if known is not None and known.firing else "Added"
            return one, [Event(one.id, now, "attached", f"{word}: {sentence(signal)}; {found.reason}")]
        return one, [Event(one.id, now, "cleared", f"{ENDS[signal.end]}: {signal.service} {signal.title}")]

    def _counted(self, one: Incident, now: float) -> tuple[Incident, list[Event]]:
        """A signal too many: the incident only counts it, and says so the first time."""
        words = f"It has {len(one.signals)} signals: those that come from now on are only counted"
        said = [] if one.folded else [Event(one.id, now, "attached", words)]
        return replace(one, folded=one.folded + 1, signalled_at=now).changed(now), said

    def _graded(self, one: Incident) -> Incident:
        now = incident.severity(one.firing, self._rules.topology) if one.firing else one.severity
        graded = replace(one, severity=incident.worst(one.severity, now))
        return replace(graded, title=storm.title(graded)) if graded.storm else graded
