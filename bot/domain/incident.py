"""The incident and its legal transitions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.domain.diagnosis import Diagnosis
from bot.domain.errors import StewardError
from bot.domain.evidence import Evidence
from bot.domain.signals import Signal
from bot.domain.suspects import Suspect
from bot.domain.topology import Topology

State = Literal["open", "acting", "verifying", "resolved"]
Severity = Literal["critical", "warning", "info"]
Step = Literal["investigate", "diagnose", "offer"]

LEGAL: Mapping[State, frozenset[State]] = {
    "open": frozenset({"acting", "resolved"}),
    "acting": frozenset({"verifying", "open"}),
    "verifying": frozenset({"open", "resolved"}),
    "resolved": frozenset({"open"}),
}


class IllegalMoveError(StewardError):
    """An incident was asked to go where it cannot go from its state."""


Verdict = Literal["harmless", "helpful", "wrong"]
"""A person's word on an incident: it is not a problem; it was right, and so was its cause; the cause is wrong."""


@dataclass(frozen=True, slots=True)
class Ack:
    """Somebody looks after it: who (`identity` decides, `words` are read) and since when."""

    identity: str
    words: str
    at: float


@dataclass(frozen=True, slots=True)
class Incident:
    """Signals that people treat as one problem. Times are epoch seconds.

    signalled_at: when a signal last began or ended to fire.
    version: grows with every change that people can see; surfaces compare it with what they showed last.
    investigated_at: when evidence was last gathered.
    due: the steps that wait to be done.
    verdicts: what people said of it, by identity.
    reopened_at: when it last came back; None: it never did.
    rungs: how often it was reminded of, and passed on, while nobody looked after it.
    replicas: what a person wants a scaling to; None: what the rules offer.
    storm: whether it is the summary of what began while very much did. folded: signals that are only counted.
    """

    id: str
    opened_at: float
    onset: float
    updated_at: float
    signalled_at: float
    title: str
    severity: Severity
    state: State = "open"
    resolved_at: float | None = None
    signals: Mapping[str, Signal] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    diagnosis: Diagnosis | None = None
    investigated_at: float = 0.0
    due: frozenset[Step] = frozenset({"investigate"})
    version: int = 1
    ack: Ack | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    reopened_at: float | None = None
    rungs: int = 0
    replicas: int | None = None
    storm: bool = False
    folded: int = 0

    @property
    def services(self) -> tuple[str, ...]:
        """The services that have signals, in order of their first one."""
        ordered = sorted(self.signals.values(), key=lambda signal: signal.onset)
        return tuple(dict.fromkeys(signal.service for signal in ordered))

    @property
    def firing(self) -> tuple[Signal, ...]:
        """The signals that still fire, strongest first."""
        alive = (signal for signal in self.signals.values() if signal.firing)
        return tuple(sorted(alive, key=lambda signal: (-signal.score, signal.onset)))

    def over(self, now: float, quiet: float) -> bool:
        """Whether nothing fires any more, and was so for `quiet` seconds."""
        return self.state == "open" and not self.firing and now - self.signalled_at >= quiet

    def move(self, to: State, now: float) -> "Incident":
        """The incident in another state.

        Raises:
            IllegalMoveError: the state machine has no such arrow.
        """
        if to not in LEGAL[self.state]:
            raise IllegalMoveError(f"incident {self.id} cannot go from {self.state} to {to}")
        resolved_at = now if to == "resolved" else None
        moved = replace(self, state=to, updated_at=now, resolved_at=resolved_at, version=self.version + 1)
        if self.state != "resolved":
            return moved
        return replace(moved, reopened_at=now, ack=None, rungs=0)  # somebody must look after it once more

    def with_signal(self, signal: Signal, now: float) -> "Incident":
        """The incident with a signal added or brought up to date.

        When some still fire, a new look at the cause is due; not while an action is under way, for then the cause is
        known and signals are expected to end. A signal that fires again keeps its first onset.
        """
        old = self.signals.get(signal.key)
        known = replace(signal, onset=min(old.onset, signal.onset)) if old else signal
        after = replace(self, signals={**self.signals, signal.key: known}, onset=min(self.onset, known.onset))
        asked: frozenset[Step] = frozenset({"investigate"} if after.firing and self.state == "open" else ())
        return replace(after, due=self.due | asked, signalled_at=now).changed(now)

    def done(self, step: Step, *then: Step) -> "Incident":
        """The incident with a step no longer due and others due instead."""
        return replace(self, due=(self.due - {step}) | set(then))

    def changed(self, now: float) -> "Incident":
        """The incident after a change that people should see."""
        return replace(self, updated_at=now, version=self.version + 1)


RANK: Mapping[Severity, int] = {"info": 0, "warning": 1, "critical": 2}


def worst(one: Severity, other: Severity) -> Severity:
    """The worse of two: an incident keeps how bad it was, also while it gets better."""
    return max(one, other, key=RANK.__getitem__)


def begin(incident_id: str, signal: Signal, topology: Topology, now: float) -> Incident:
    """A new incident around its first signal."""
    return Incident(
        id=incident_id,
        opened_at=now,
        onset=signal.onset,
        updated_at=now,
        signalled_at=now,
        title=f"{signal.service}: {signal.title}",
        severity=severity([signal], topology),
        signals={signal.key: signal},
    )


def severity(signals: Iterable[Signal], topology: Topology) -> Severity:
    """How bad it is: critical when users meet it, it spread over three services or something is nearly full.

    Info when only logs speak.
    """
    alive = [signal for signal in signals if signal.firing]
    services = {signal.service for signal in alive}
    hurts = [signal for signal in alive if signal.query in {"http_error_ratio", "up"}]
    if (
        len(services) >= 3
        or any(signal.urgent for signal in alive)
        or any(topology.entry(signal.service) for signal in hurts)
    ):
        return "critical"
    return "info" if alive and all(signal.kind == "log" for signal in alive) else "warning"
