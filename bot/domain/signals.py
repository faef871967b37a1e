"""From anomalies to signals: what lasted fires, what stayed normal clears."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["metric", "presence", "log"]


@dataclass(frozen=True, slots=True)
class Signal:
    """An anomaly that lasted, or cleared.

    key: the series (or log template) and the detector; unique.
    onset: the time of the first anomalous sample; `at`: of the latest statement. Epoch seconds.
    peak: the value furthest from `expected` (None: not known) so far. Values are in `unit`.
    detail: for logs the template, with an example in `example`.
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
    detail: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """How far a key is on its way to fire or to clear: ticks in a row that were anomalous, and that were normal."""

    signal: Signal
    bad: int = 0
    good: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """Ticks in a row that make a signal fire, and that clear it. Clearing takes longer: that is the hysteresis."""

    debounce: int = 2
    clear_after: int = 5


@dataclass(frozen=True, slots=True)
class Sight:
    """One tick of one source: what is anomalous, which signal keys looked normal, and which are over for good."""

    at: float
    statements: Sequence[Signal] = ()
    normal: Collection[str] = ()
    ended: Collection[str] = ()


def fold(tracks: Mapping[str, Track], sight: Sight, rules: Rules) -> tuple[dict[str, Track], list[Signal]]:
    """One tick of debounce and clearing. A key that the tick says nothing of stays as it is.

    Returns:
        the new state, without the keys that are done, and the signals that began or ended to fire.
    """
    state = dict(tracks)
    changes: list[Signal] = []
    for statement in sight.statements:
        track = _worse(state.get(statement.key), statement)
        if track.bad >= rules.debounce and not track.signal.firing:
            track = replace(track, signal=replace(track.signal, firing=True))
            changes.append(track.signal)
        state[statement.key] = track
    stated = {statement.key for statement in sight.statements}
    for key in (set(sight.normal) | set(sight.ended)) & state.keys() - stated:
        track = replace(state[key], good=state[key].good + 1, bad=0)
        over = key in sight.ended or track.good >= rules.clear_after
        if over or not track.signal.firing:
            del state[key]
        else:
            state[key] = track
        if over and track.signal.firing:
            changes.append(replace(track.signal, firing=False))
    return state, changes


def _worse(track: Track | None, statement: Signal) -> Track:
    if track is None:
        return Track(replace(statement, firing=False), bad=1)
    old = track.signal
    further = abs(statement.value - (statement.expected or 0.0)) > abs(old.peak - (old.expected or 0.0))
    signal = replace(statement, onset=old.onset, firing=old.firing, peak=statement.value if further else old.peak)
    return Track(signal, bad=track.bad + 1, good=0)
