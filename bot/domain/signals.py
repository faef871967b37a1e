"""From anomalies to signals: what lasted fires, what stayed normal clears."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["metric", "presence", "log"]
End = Literal["", "cleared", "lost", "adopted"]
"""Why a signal fires no more: normal again; not seen any more; or unusual for so long that it counts as normal."""

UNSEEN: frozenset[End] = frozenset({"lost", "adopted"})
"""Ends of signals that nobody saw to be normal again."""

URGENT = 12 / 13
"""The score of a forecast from which on it is urgent: a twelfth is left of the time that people want to know before,
which is 2 hours of a day."""


@dataclass(frozen=True, slots=True)
class Signal:
    """An anomaly that lasted, or cleared.

    key: the series (or log template) and the detector; unique.
    onset: the time of the first anomalous sample; `at`: of the latest statement. Epoch seconds.
    peak: the value furthest from `expected` (None: not known) so far. Values are in `unit`.
    top: the highest score so far.
    against: what `expected` is, in words.
    detail: for logs the template, with an example in `example`; for series that were judged together those that are
        out, a key a line; for forecasts where it is.
    left: of a forecast, the seconds until it is full. None for the rest.
    patience: seconds that it must last to open an incident by itself.
    """

    key: str
    series: str
    service: str
    query: str
    title: str
    unit: str
    kind: Kind
    onset: float
    at: float
    value: float
    expected: float | None
    peak: float
    score: float
    firing: bool = True
    end: End = ""
    top: float = 0.0
    against: str = "normally"
    detail: str = ""
    example: str = ""
    left: float | None = None
    patience: float = 0.0

    @property
    def urgent(self) -> bool:
        """Whether it will be full so soon that it cannot wait."""
        return self.left is not None and self.score >= URGENT

    @property
    def held(self) -> bool:
        """Whether it is too little, or too short, to open an incident by itself. It can join one."""
        return self.at - self.onset < self.patience


@dataclass(frozen=True, slots=True)
class Track:
    """How far a key is on its way: ticks in a row that were anomalous, normal, or said nothing of it.

    pressed: whether it was told that it is urgent.
    """

    signal: Signal
    bad: int = 0
    good: int = 0
    silent: int = 0
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Ticks in a row that make a signal fire, and that clear it. Clearing takes longer: that is the hysteresis.

    lost_after: ticks in a row without a word on a key after which it is out of sight for good.
    """

    debounce: int = 2
    clear_after: int = 5
    lost_after: int = 60


@dataclass(frozen=True, slots=True)
class Sight:
    """One tick of one source: what is anomalous, and of the keys that are not, the value of those that looked normal.

    ended: keys whose end is certain, such as an error pattern that stayed away.
    """

    at: float
    statements: Sequence[Signal] = ()
    normal: Mapping[str, float] = field(default_factory=dict)
    ended: Collection[str] = ()


def fold(tracks: Mapping[str, Track], sight: Sight, rules: Rules) -> tuple[dict[str, Track], list[Signal]]:
    """One tick of debounce and clearing.

    Returns:
        the new state, without the keys that are done, and the signals that began or ended to fire or to be held, or
        became urgent.
    """
    state = dict(tracks)
    changes: list[Signal] = []
    for statement in sight.statements:
        old = state.get(statement.key)
        track = _worse(old, statement)
        begins = track.bad >= rules.debounce and not track.signal.firing
        firing = replace(track.signal, firing=track.signal.firing or begins)
        freed = old is not None and old.signal.firing and old.signal.held and not firing.held
        if begins or freed or (firing.firing and firing.urgent and not track.pressed):
            track = replace(track, signal=firing, pressed=track.pressed or firing.urgent)
            changes.append(firing)
        state[statement.key] = track
    for key in state.keys() - {statement.key for statement in sight.statements}:
        track, end = _better(state[key], sight, rules)
        state[key] = track
        if not end:
            continue
        del state[key]
        if track.signal.firing:
            changes.append(replace(track.signal, firing=False, end=end))
    return state, changes


def _better(track: Track, sight: Sight, rules: Rules) -> tuple[Track, End]:
    """A track after a tick in which nothing was wrong with it, and whether and how it ends."""
    key = track.signal.key
    if key in sight.ended:
        return track, "cleared"
    if key not in sight.normal:
        silent = track.silent + 1
        return replace(track, silent=silent), "lost" if silent >= rules.lost_after else ""
    track = replace(track, good=track.good + 1, bad=0, silent=0)
    if track.signal.firing and track.good < rules.clear_after:
        return track, ""
    return track, "cleared" if _came_back(track.signal, sight.normal[key]) else "adopted"


def _came_back(signal: Signal, value: float) -> bool:
    """Whether a value is nearer to what was normal before than to the peak: else it was the baseline that moved."""
    if signal.expected is None or not signal.firing:
        return True
    return abs(value - signal.expected) <= abs(value - signal.peak)


def _worse(track: Track | None, statement: Signal) -> Track:
    if track is None:
        return Track(replace(statement, firing=False, top=statement.score), bad=1)
    old = track.signal
    # What was normal before the trouble stays the measure, also when the baseline follows the trouble later.
    expected = statement.expected if old.expected is None else old.expected
    further = abs(statement.value - (expected or 0.0)) > abs(old.peak - (expected or 0.0))
    peak = statement.value if further else old.peak
    patience, top = min(statement.patience, old.patience), max(old.top, statement.score)
    known = replace(statement, onset=old.onset, firing=old.firing, expected=expected, peak=peak, top=top)
    return Track(replace(known, patience=patience), bad=track.bad + 1, pressed=track.pressed)
