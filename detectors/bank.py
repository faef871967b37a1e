"""A bank: all series of one query under their detectors, one call a tick."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

import numpy as np
from numpy.typing import NDArray

from detectors.archive import as_text, as_texts, pack, texts, unpack
from detectors.columns import nothing
from detectors.model import Anomaly, Detector, Floats, Rows, Scores, Traits, Verdict
from detectors.recent import Recent
from detectors.registry import build
from detectors.rows import Register
from detectors.thresholds import beyond

VERSION = 3
"""Of the snapshot. Raise it when the state of any detector changes its meaning."""
KEEP = 3600.0
LARGEST = 1e300
"""Values beyond are no measurements; keeping them out keeps every formula finite."""
GAP = 3
"""A tick that comes later than this many intervals counts as this many for the age of silent series: while nobody
looked, nobody can say that a series was not there."""

SWEEP = 16384
"""Values that are swept at once at most: the working memory of a replay is some dozen times that."""

Band = tuple[float, float, float]


class Bank:
    """All series of one query. A series is known by its key and takes a row when its first finite value comes.

    traits: what is known of the query.
    detectors: names in the registry; all of them judge every series.
    keep: seconds that a silent series is remembered; then its row is free and its key is in `Verdict.gone`.
    recent: the last ticks that `course` tells.

    Raises:
        ValueError: a detector that does not exist.
    """

    def __init__(self, traits: Traits, detectors: Sequence[str], keep: float = KEEP, recent: int = 0) -> None:
        self._traits = traits
        self._keep = keep
        self._detectors: dict[str, Detector] = {name: build(name, traits) for name in detectors}
        self._register = Register()
        self._recent = Recent(recent)
        self._unseen: Floats = np.zeros(0)
        self._first: Floats = np.zeros(0)
        self._time = -math.inf
        self._column: Floats = np.zeros(0)
        self._scores: Mapping[str, Scores] = {}

    def __len__(self) -> int:
        """The series that are known now."""
        return len(self._register.used())

    def __contains__(self, key: str) -> bool:
        return key in self._register

    def update(
        self, time: float, keys: Sequence[str], values: Floats, factors: Mapping[str, Floats] | None = None
    ) -> Verdict:
        """One tick: a sample for each key, at `time` in epoch seconds.

        Known series without a sample count as NaN, and so do infinities. A key given twice has its last value. A time
        that does not advance is ignored, so late and repeated samples change nothing.

        Args:
            time: epoch seconds.
            keys: the series.
            values: [key].
            factors: for some detectors [key], how many times as wide the threshold is for a series. What is beyond it
                is anomalous; what the detector learns is the same.

        Raises:
            ValueError: as many keys as values are needed.
        """
        values = np.asarray(values, dtype=np.float64)
        if values.shape != (len(keys),):
            raise ValueError(f"a tick needs one value a key: {len(keys)} keys, values of shape {list(values.shape)}")
        if not self._time < time < math.inf:
            return Verdict()
        values = np.where(np.abs(values) < LARGEST, values, np.nan)
        if self._register.whole(keys) and np.isfinite(values).all():
            seen, gone = keys, list[str]()
            self._sweep(np.array([time]), keys, values[np.newaxis])
        else:
            gone = self._age(time, keys, values)
            self._judge(np.array([time]), self._rows(keys, values)[np.newaxis])
            seen = self._register.keys(np.isfinite(self._column))
        moved, rows = factors or {}, self._register.found(keys)
        anomalies = [
            self._anomaly(name, row)
            for name, scores in self._scores.items()
            for row in np.flatnonzero(beyond(scores, rows, moved.get(name))).tolist()
        ]
        return Verdict(anomalies, seen, gone)

    def replay(self, times: Floats, keys: Sequence[str], values: Floats) -> Mapping[str, Scores]:
        """Many ticks at once; what comes out, and the state afterwards, is what as many updates give.

        Stretches in which every known series has a sample in every tick are swept at once, which for few series is many
        times faster than tick by tick.

        Args:
            times: [tick], epoch seconds. A tick whose time does not advance scores 0 and changes nothing.
            keys: as for `update`, each once.
            values: [tick, key].

        Returns:
            the scores of each detector, [tick, key].

        Raises:
            ValueError: the shapes do not fit, or a key is there twice.
        """
        if values.shape != (len(times), len(keys)) or len(set(keys)) < len(keys):
            raise ValueError(
                f"a replay needs one value a tick and a key: {len(times)} ticks, {len(keys)} different keys"
            )
        values = np.where(np.abs(values) < LARGEST, values, np.nan)
        out = {name: nothing(len(times), len(keys)) for name in self._detectors}
        latest = np.fmax.accumulate(np.concatenate([[self._time], times]))[:-1]
        plain = np.isfinite(values).all(axis=1) & (times > latest)
        breaks = [*np.flatnonzero(~plain).tolist(), len(times)]
        tick = 0
        while tick < len(times):
            end = breaks[np.searchsorted(breaks, tick)]
            if end == tick or not self._register.whole(keys):
                end = tick + 1
                if not self._time < times[tick] < math.inf:
                    tick = end
                    continue
                self.update(float(times[tick]), keys, values[tick])
            else:
                end = min(end, tick + max(1, SWEEP // len(keys)))
                self._sweep(times[tick:end], keys, values[tick:end])
            self._note(out, slice(tick, end), keys)
            tick = end
        return out

    def bands(self, keys: Sequence[str]) -> Mapping[str, Band]:
        """(expected, low, high) of these series in the last tick, from the first detector that has learned one.

        Keys without a band are left out: unknown, still learning, or no sample in that tick.
        """
        found: dict[str, Band] = {}
        for key, row in zip(keys, self._register.find(keys).tolist(), strict=True):
            for scores in self._scores.values():
                if 0 <= row < scores.expected.shape[1] and not math.isnan(scores.expected[-1, row]):
                    expected, low, high = (float(one[-1, row]) for one in (scores.expected, scores.low, scores.high))
                    found[key] = expected, low, high
                    break
        return found

    def values(self, keys: Sequence[str]) -> Floats:
        """[key] the samples of these series in the last tick; NaN where none came."""
        rows = self._register.find(keys)
        return np.append(self._column, np.nan)[np.where(rows < len(self._column), rows, -1)]

    def course(self, key: str) -> list[tuple[float, float]]:
        """The last samples of a series as (time, value), oldest first, to the precision of float32."""
        (row,) = self._register.find([key]).tolist()
        return self._recent.course(row) if row >= 0 else []

    def remember(self, recent: int) -> None:
        """From now on `course` tells so many of the last ticks."""
        self._recent.keep(recent)

    def scores(self, detector: str, keys: Sequence[str]) -> Floats:
        """[key] what a detector said of these series in the last tick; NaN as `bands` leaves keys out."""
        out = np.full(len(keys), np.nan)
        scores = self._scores.get(detector)
        if scores is not None:
            rows = self._register.find(keys)
            known = np.flatnonzero((rows >= 0) & (rows < scores.score.shape[1]))
            said = np.where(np.isnan(scores.expected[-1]), np.nan, scores.score[-1])
            out[known] = said[rows[known]]
        return out

    def snapshot(self) -> dict[str, NDArray[np.generic]]:
        """The whole state as named arrays."""
        head = {"version": VERSION, "traits": asdict(self._traits), "detectors": list(self._detectors)}
        arrays: dict[str, NDArray[np.generic]] = {
            "head": as_text(json.dumps(head, sort_keys=True)),
            "keys": texts(self._register.snapshot()),
            "time": np.array([self._time]),
            "unseen": self._unseen[: len(self._register)].copy(),
            "first": self._first[: len(self._register)].copy(),
        }
        for name, detector in self._detectors.items():
            arrays.update({f"{name}/{column}": array for column, array in detector.snapshot().items()})
        return arrays

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back; the state is all of it, or on an error what it was.

        Raises:
            ValueError: a snapshot of another version, other traits or other detectors, or a damaged one.
        """
        mine = self.snapshot()
        if missing := sorted({"head", "keys", "time", "unseen", "first"} - set(arrays)):
            raise ValueError(f"the snapshot lacks {', '.join(missing)}: learn afresh")
        if not np.array_equal(arrays["head"], mine["head"]):
            raise ValueError("the snapshot is of another version, other traits or other detectors: learn afresh")
        register = Register()
        register.restore(as_texts(arrays["keys"]))
        time, unseen, first = (arrays[name].astype(np.float64) for name in ("time", "unseen", "first"))
        if time.shape != (1,) or not unseen.shape == first.shape == (len(register),):
            raise ValueError("the snapshot's rows do not fit its series: learn afresh")
        detectors = {name: build(name, self._traits) for name in self._detectors}
        for name, detector in detectors.items():
            start = f"{name}/"
            detector.restore({key.removeprefix(start): arrays[key] for key in arrays if key.startswith(start)})
            detector.resize(len(register))
        self._detectors, self._register, self._unseen, self._first = detectors, register, unseen, first
        self._time, self._column, self._scores = float(time[0]), np.zeros(0), {}
        self._recent = Recent(self._recent.ticks)
        self._recent.resize(len(register))

    def to_bytes(self) -> bytes:
        """The snapshot as an npz archive, without pickle."""
        return pack(self.snapshot())

    def from_bytes(self, data: bytes) -> None:
        """Takes back what `to_bytes` gave. Raises ValueError as `restore` does, and for bytes that are no archive."""
        self.restore(unpack(data))

    def _age(self, time: float, keys: Sequence[str], values: Floats) -> list[str]:
        """Counts how long each series was not seen, and forgets those over the limit; gives their keys."""
        elapsed = min(time - self._time, GAP * self._traits.every)
        self._time = time
        self._unseen += elapsed
        rows = self._register.found(keys)
        self._unseen[rows[(rows >= 0) & np.isfinite(values)]] = 0.0
        used = self._register.used()
        old: Rows = used[self._unseen[used] > self._keep]
        if not len(old):
            return []
        for detector in self._detectors.values():
            detector.reset(old)
        self._recent.reset(old)
        return [*self._register.drop(old)]

    def _rows(self, keys: Sequence[str], values: Floats) -> Floats:
        """The tick as one value a row, with rows for the new series."""
        came = np.isfinite(values)
        rows = self._register.found(keys)
        if (new := (rows < 0) & came).any():
            self._register.add(keys[place] for place in np.flatnonzero(new).tolist())
            self._grow()
            rows = self._register.found(keys)
            self._unseen[rows[new]] = 0.0
            self._first[rows[new]] = self._time
        column = np.full(len(self._register), np.nan)
        column[rows[rows >= 0]] = values[rows >= 0]  # of a row given twice, numpy keeps the last
        return column

    def _grow(self) -> None:
        """Room by a quarter more, so that a thousand new series cost some copies, and little room is idle."""
        if len(self._register) > len(self._unseen):
            room = max(16, len(self._unseen) * 5 // 4, len(self._register))
            more = np.zeros(room - len(self._unseen))
            self._unseen, self._first = (np.concatenate([one, more]) for one in (self._unseen, self._first))
            for detector in self._detectors.values():
                detector.resize(room)
            self._recent.resize(room)

    def _sweep(self, times: Floats, keys: Sequence[str], values: Floats) -> None:
        """Ticks in which all known series, and no others, have a value."""
        rows = self._register.found(keys)
        columns = np.full((len(times), len(self._register)), np.nan)
        columns[:, rows] = values
        self._time = float(times[-1])
        self._unseen[: len(self._register)] = 0.0
        self._judge(times, columns)

    def _judge(self, times: Floats, columns: Floats) -> None:
        self._column = columns[-1]
        self._recent.update(times, columns)
        self._scores = {name: one.update(times, columns) for name, one in self._detectors.items()}

    def _note(self, out: Mapping[str, Scores], ticks: slice, keys: Sequence[str]) -> None:
        """Copies what was said last of these keys."""
        rows = self._register.found(keys)
        known = np.flatnonzero(rows >= 0)
        for name, scores in self._scores.items():
            for column in fields(Scores):
                getattr(out[name], column.name)[ticks, known] = getattr(scores, column.name)[:, rows[known]]

    def _anomaly(self, name: str, row: int) -> Anomaly:
        scores = self._scores[name]
        value, score = float(self._column[row]), float(scores.score[-1, row])
        expected, low, high = (float(one[-1, row]) for one in (scores.expected, scores.low, scores.high))
        age = self._time - float(self._first[row])
        return Anomaly(self._register.key(row), name, self._time, value, score, expected, low, high, age)
