"""New error patterns in logs: an error template never seen before, one whose rate jumps, or shifts for good.

Only error lines are looked at, so work and memory are those of the errors. The unit is the template of a service; the
state of a template is its rate, an exponentially weighted count of lines a second that is brought up to date when a
line comes. Templates not seen for longest are forgotten first.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from detectors.masks import LONGEST
from detectors.mining import Miner
from detectors.model import Anomaly

VERSION = 2
NOVEL = 3600.0
"""Seconds for which a template stays new."""
PACE = 3600.0
"""Seconds: the memory of a template's rate."""
TIMES = 5.0
"""A rate this many times the usual one is a jump ..."""
SIGMAS = 4.0
LEAST = 5.0
"""... when it also is this many standard deviations of a Poisson count beyond it, and this many lines."""
SHIFT = 600.0
"""Seconds: the memory of a template's recent count. It shifted when that count ..."""
SHIFT_TIMES = 2.0
SHIFT_SIGMAS = 6.0
SHIFT_LEAST = 20.0
"""... is this many times the usual one, this many standard deviations beyond it, and this many lines."""
QUIET = 60.0
"""Seconds: see Patterns."""


@dataclass(frozen=True, slots=True)
class PatternAnomaly:
    """One error pattern that is not normal now.

    anomaly: in lines a second; `expected` is the usual rate, `low` is 0 and `high` the limit.
    novel: the template is new; else its rate jumped.
    example: the newest line of it, cut.
    """

    anomaly: Anomaly
    service: str
    template: str
    example: str
    novel: bool


@dataclass(frozen=True, slots=True)
class PatternVerdict:
    """What one tick says: the patterns that are not normal, and the keys of those that fell silent and so can clear.

    A pattern is named as silent once, when it was not anomalous for `quiet` seconds, or was forgotten.
    """

    found: Sequence[PatternAnomaly] = ()
    silent: Sequence[str] = ()


@dataclass(slots=True)
class _Pattern:
    """What is kept of one template. `first` and `last` are the ticks it was seen in.

    rate: lines a second over PACE, faded; `recent` is the faded count over SHIFT, where what jumps counts little.
    """

    first: float
    last: float
    rate: float
    novel: bool
    recent: float = 0.0


class Patterns:
    """The error patterns of one log source.

    max_templates: how many are remembered.
    warm_up: seconds after the first tick in which every template is taken as known. A service that is quiet in that
        time is known to be quiet: its first error line afterwards is news.
    every: seconds between ticks, for the first one.
    quiet: seconds without a line, or without too many lines, after which a pattern is said to be silent.
    """

    def __init__(
        self, max_templates: int = 5000, warm_up: float = 60.0, every: float = 15.0, quiet: float = QUIET
    ) -> None:
        self._max, self._warm_up, self._every, self._quiet = max_templates, warm_up, every, quiet
        self._started = self._time = -math.inf
        self._miner = Miner(max_templates)
        self._patterns: OrderedDict[str, _Pattern] = OrderedDict()
        self._alarms: dict[str, float] = {}

    def update(self, time: float, lines: Sequence[tuple[str, str, bool]]) -> PatternVerdict:
        """One tick: the lines since the last one, as (service, text, whether it is an error).

        A time that does not advance is ignored.
        """
        if not self._time < time < math.inf:
            return PatternVerdict()
        first = not math.isfinite(self._started)
        if first:
            self._started = time
        seconds = self._every if first else time - self._time
        self._time = time
        found = []
        for (service, number), (count, example) in self._counted(lines).items():
            key = _key(service, self._miner.name(number))
            anomaly, novel = self._judge(key, count, seconds)
            if anomaly:
                self._alarms[key] = time
                found.append(PatternAnomaly(anomaly, service, self._miner.text(number), example, novel))
        while len(self._patterns) > self._max:
            self._patterns.popitem(last=False)
        silent = [key for key, at in self._alarms.items() if time - at >= self._quiet or key not in self._patterns]
        for key in silent:
            del self._alarms[key]
        return PatternVerdict([one for one in found if one.anomaly.key in self._patterns], silent)

    def snapshot(self) -> dict[str, Any]:
        """The state as JSON types."""
        started = math.isfinite(self._started)
        return {
            "version": VERSION,
            "started": self._started if started else None,
            "time": self._time if started else None,
            "alarms": dict(self._alarms),
            "patterns": {key: asdict(pattern) for key, pattern in self._patterns.items()},
            "templates": self._miner.snapshot(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Takes a snapshot back; on an error the state stays what it was.

        Raises:
            ValueError: another version, or not a snapshot.
        """
        if state.get("version") != VERSION:
            raise ValueError("the snapshot of log patterns is of another version: learn afresh")
        try:
            patterns = OrderedDict((str(key), _pattern(entry)) for key, entry in state["patterns"].items())
            alarms = {str(key): float(at) for key, at in state["alarms"].items()}
            miner = Miner(self._max)
            miner.restore(state["templates"])
            started, time = (-math.inf if state[name] is None else float(state[name]) for name in ("started", "time"))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"the snapshot of log patterns cannot be read ({error!r}): learn afresh") from error
        self._miner, self._patterns, self._alarms = miner, patterns, alarms
        self._started, self._time = started, time

    def _counted(self, lines: Sequence[tuple[str, str, bool]]) -> dict[tuple[str, int], tuple[int, str]]:
        """The error lines by service and template: how many, and the newest."""
        errors = [(service, text) for service, text, is_error in lines if is_error]
        numbers = self._miner.add([text for _, text in errors])
        for old, new in self._miner.renamed:
            self._join(old, new)
        counted: dict[tuple[str, int], tuple[int, str]] = {}
        for (service, text), number in zip(errors, numbers, strict=True):
            kind = (service, self._miner.now(number))
            counted[kind] = (counted.get(kind, (0, ""))[0] + 1, text[:LONGEST])
        return counted

    def _join(self, old: str, new: str) -> None:
        """Counts what was known of a template as that of the wider one it has become part of."""
        for key in [key for key in self._patterns if key.endswith(f"/{old}")]:
            part = self._patterns.pop(key)
            whole = self._patterns.setdefault(_key(key.removesuffix(f"/{old}").removeprefix("logs/"), new), part)
            if whole is not part:
                whole.rate = _faded(whole, self._time, PACE) + _faded(part, self._time, PACE)
                whole.recent = _faded(whole, self._time, SHIFT) + _faded(part, self._time, SHIFT)
                whole.first, whole.last = min(whole.first, part.first), self._time
                whole.novel = whole.novel and part.novel

    def _judge(self, key: str, count: int, seconds: float) -> tuple[Anomaly | None, bool]:
        """Counts these lines of a template in, and says whether it is anomalous, and new."""
        warm = self._time - self._started >= self._warm_up
        pattern = self._patterns.setdefault(key, _Pattern(self._time, self._time - seconds, 0.0, novel=warm))
        self._patterns.move_to_end(key)
        pattern.novel = pattern.novel and self._time - pattern.first < NOVEL
        usual = _usual(pattern, self._time - seconds)
        limit = 1.0 if pattern.novel else _limit(usual * seconds)
        # What is too much teaches little, so it is usual only after hours; what is new has no usual rate yet.
        little = float(count) if pattern.novel else min(1.5 * usual * seconds + 0.01 * count, count)
        jumped = count >= limit
        pattern.recent = _faded(pattern, self._time, SHIFT) + (little if jumped else count)
        seen, span = float(count), seconds
        if not jumped:
            seen, limit, span = pattern.recent, _shift_limit(pattern, self._time), SHIFT
        anomalous = warm and seen >= limit
        pattern.rate = _faded(pattern, self._time, PACE) + (little if anomalous else count) / PACE
        pattern.last = self._time
        if not anomalous:
            return None, pattern.novel
        score, value, high = seen / (seen + limit), seen / span, limit / span
        return Anomaly(key, "patterns", self._time, value, score, usual, 0.0, high), pattern.novel


def _key(service: str, template: str) -> str:
    return f"logs/{service}/{template}"


def _faded(pattern: _Pattern, time: float, memory: float) -> float:
    """The rate (memory PACE) or the recent count (memory SHIFT) of a template as it has faded up to `time`."""
    kept = pattern.rate if memory == PACE else pattern.recent
    return kept * math.exp(-max(time - pattern.last, 0.0) / memory)


def _usual(pattern: _Pattern, time: float) -> float:
    """Lines a second up to `time`: the faded count, over what a memory of the pattern's age can hold."""
    age = time - pattern.first
    if age <= 0:
        return 0.0
    return _faded(pattern, time, PACE) / -math.expm1(-age / PACE)


def _limit(expected: float) -> float:
    """Lines in one tick that are a jump, where so many are expected."""
    return max(TIMES * expected, expected + SIGMAS * math.sqrt(expected), LEAST)


def _shift_limit(pattern: _Pattern, time: float) -> float:
    """The recent count that is a shift from what was before it, once that is known.

    The count over PACE less the recent one is of the time before: its weight is none now and most after 20 minutes.
    """
    age = time - pattern.first
    if age < PACE:
        return math.inf
    seconds = PACE * -math.expm1(-age / PACE) - SHIFT * -math.expm1(-age / SHIFT)
    before = max(_faded(pattern, time, PACE) * PACE - pattern.recent, 0.0) / seconds
    expected = before * SHIFT
    return max(SHIFT_TIMES * expected, expected + SHIFT_SIGMAS * math.sqrt(expected), SHIFT_LEAST)


def _pattern(entry: Mapping[str, Any]) -> _Pattern:
    return _Pattern(
        float(entry["first"]), float(entry["last"]), float(entry["rate"]), bool(entry["novel"]), float(entry["recent"])
    )
