"""One instance of a service that is unlike its siblings, though it may always have been so, or drifted slowly.

The members of a group carry the same load, so what happens to all (a rhythm, a deployment, a busy day) is in the
median of the group, and what is left is a member's own. For each member and tick:

* The *size* of a value is sign(v) log(1 + |v| / s), with s = minimum / relative of the query's traits: shares for large
  values, differences for small ones. What a person would care about is log(1 + relative) everywhere.
* The *centre* is the median of the siblings' sizes, each less its habit, and never of the member itself. Median and MAD
  break down only when half of the siblings do (Hampel, The influence curve and its role in robust estimation, 1974).
* The *habit* is a member's usual distance from the centre, over days: a bigger node, a leader, a busy shard.
* The *range* is from the lowest to the highest habit that the group had in the last week. A member inside of it is
  like some sibling, if not like itself: roles move. A newcomer has no habit, so this is what it is judged by.
* Apart is who is beyond the range by the practical size, and by several times the noise: its own, that of its siblings,
  and the spread (MAD) of the group at this moment, whichever is largest.

A member is anomalous when it was apart for LASTS, alone or with FEW: many that are apart are another kind, such as a
canary. Who is apart learns no habit. What lasts is adopted: after ADOPT when it harms, else sooner.

A group without ENOUGH settled members is not judged, and all that is seen in it becomes habit. So what was always
different is normal, and only who joins a settled group can be unlike the others from birth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.archive import as_texts, texts
from detectors.columns import Columns
from detectors.kin import Kin
from detectors.model import Flags, Floats, Rows, Traits
from detectors.rows import Register

ENOUGH = 3
"""Settled siblings that a member needs to be judged."""
WARM_UP = 20
WARM_TIME = 600.0
"""Samples, and seconds, of a member's own life before it is settled: a start is slow."""
PERIOD = 300.0
"""Seconds over which the distance from the centre is averaged."""
LASTS = 5
"""Ticks that it must be apart."""
FEW = 0.05
"""The share of a group that can be apart at the same time; one always can."""
K = 4.0
UNSURE = 20.0
"""The limit in noise is K * (1 + UNSURE / n) after n samples."""
HABIT_PACE = 3 * 24 * 3600.0
NOISE_PACE = 6 * 3600.0
RANGE_PACE = 7 * 24 * 3600.0
"""Seconds: the memory of habit, noise and range."""
ADOPT = 6 * 3600.0
SOONER = 12.0
"""Times faster that a departure is adopted which does not harm, or which many share."""
KEEP = 24 * 3600.0
"""Seconds without a sample after which a member is forgotten."""
TINY = 1e-6

HEAD = frozenset({"keys", "time"})
"""What a snapshot holds beside the columns."""
LARGEST = 1e300
"""Values beyond are no measurements."""
ENDS = (("high", 1.0), ("low", -1.0))
"""The columns that hold the range, and the sign under which its end is the largest."""

_CLIPPED = 1 / 0.631  # for a normal distribution of scale s, E min(|x|, s) = 0.631 s
_MAD = 1.4826  # and its median |x| is s / 1.4826


@dataclass(frozen=True, slots=True)
class Unlike:
    """What one tick says: [member] in every column.

    anomalous: apart for long enough, with few others. `calm`: judged, and not apart for a while.
    score: 0..1, how unlike; 0.5 at the limit.
    theirs, others: the median of the siblings that it is compared with, in the query's unit, and how many they are.
    """

    anomalous: Flags
    calm: Flags
    score: Floats
    theirs: Floats
    others: Rows


@dataclass(frozen=True, slots=True)
class _Look:
    """The members that came. `free`: young in a group that is not settled, so whatever it does is habit.

    grown: of a settled group. judged: it has enough settled siblings.
    gap: from the centre. harm: beyond the range where that is bad, at least 0. apart: on either side, over the limit.
    """

    rows: Rows
    kin: Kin
    settled: Flags
    grown: Flags
    free: Flags
    judged: Flags
    gap: Floats
    harm: Floats
    limit: Floats
    apart: Flags
    few: Flags


class Siblings:
    """The members of all groups of one query, known by their keys. See the module for the method."""

    def __init__(self, traits: Traits) -> None:
        self._traits = traits
        relative = max(traits.relative, TINY)
        self._unit = max(traits.minimum, TINY) / relative
        self._practical = float(np.log1p(relative))
        self._warm = max(WARM_UP, round(WARM_TIME / traits.every))
        self._pace = min(0.5, traits.every / PERIOD)
        self._fade = min(0.5, traits.every / RANGE_PACE)
        blank = dict.fromkeys(("count", "free", "habit", "mean", "noise", "high", "low", "run", "held"), 0.0)
        self._state = Columns(**blank, last=-np.inf)
        self._register = Register()
        self._time = -np.inf

    def __len__(self) -> int:
        """The members that are known now."""
        return len(self._register.used())

    def update(self, time: float, keys: Sequence[str], groups: Rows, values: Floats) -> Unlike:
        """One tick.

        Args:
            time: epoch seconds. A time that does not advance is ignored.
            keys: of the members, each once.
            groups: [member], the group of each in this tick, 0 and up.
            values: [member], NaN where none came.
        """
        fresh, self._time = time > self._time, max(time, self._time)
        came = np.flatnonzero((np.abs(values) < LARGEST) & fresh)
        look = self._look(self._rows(time, keys, came), Kin(groups[came]), values[came])
        self._state["last"][look.rows] = time
        self._count(look)
        self._learn(look)
        self._widen(look)
        self._adopt(look)
        return self._said(look, came, values)

    def snapshot(self) -> dict[str, NDArray[np.generic]]:
        """The state as named arrays."""
        known = len(self._register)
        columns = {name: array[:known] for name, array in self._state.snapshot().items()}
        return {**columns, "keys": texts(self._register.snapshot()), "time": np.array([self._time])}

    def restore(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Takes a snapshot back. Raises ValueError when it is not one of these."""
        if missing := sorted(HEAD - set(arrays)):
            raise ValueError(f"the snapshot lacks {', '.join(missing)}: learn afresh")
        register, columns = Register(), {name: array for name, array in arrays.items() if name not in HEAD}
        register.restore(as_texts(arrays["keys"]))
        if arrays["time"].shape != (1,) or any(array.shape != (len(register),) for array in columns.values()):
            raise ValueError("the snapshot's rows do not fit its series: learn afresh")
        self._state.restore(columns)
        self._register, self._time = register, float(arrays["time"][0])

    def _rows(self, time: float, keys: Sequence[str], came: Rows) -> Rows:
        """The rows of those that came, with new ones for new members; who was away for long is forgotten."""
        used = self._register.used()
        old: Rows = used[time - self._state["last"][used] > KEEP]
        if len(old):
            self._state.reset(old)
            self._register.drop(old)
        rows: Rows = self._register.find(keys)[came]
        if (rows < 0).any():
            self._register.add(keys[place] for place in came[rows < 0].tolist())
            if len(self._register) > len(self._state["count"]):
                self._state.resize(2 * len(self._register))
            rows = self._register.find(keys)[came]
        return rows

    def _look(self, rows: Rows, kin: Kin, values: Floats) -> _Look:
        state = self._state
        size = np.sign(values) * np.log1p(np.abs(values) / self._unit)
        count, habit = state["count"][rows], state["habit"][rows]
        settled = count >= self._warm
        elders = kin.total(settled)[kin.groups]
        grown = elders >= ENOUGH
        free = np.where(count == 0, ~grown, state["free"][rows] > 0) & ~settled
        judged = ~free & (elders - settled >= ENOUGH)
        centre = kin.others(size - habit, settled | ~grown)
        now = np.where(np.isnan(centre), habit, size - centre)  # who is alone is its own measure
        gap = now + (1.0 - np.maximum(self._pace, 1.0 / (1.0 + count))) * (state["mean"][rows] - now)
        top, bottom = (kin.most(sign * state[name][rows], settled)[kin.groups] for name, sign in ENDS)
        above, below = (np.where(judged, beyond, 0.0) for beyond in (gap - top, -gap - bottom))
        far = np.maximum(above, below)
        harm = np.maximum({"up": above, "down": below, "both": far}[self._traits.bad], 0.0)
        limit = self._limit(rows, kin, settled, np.abs(gap - habit))
        return _Look(rows, kin, settled, grown, free, judged, gap, harm, limit, far > limit, _few(kin, far))

    def _limit(self, rows: Rows, kin: Kin, settled: Flags, moved: Floats) -> Floats:
        """How far beyond the range is too far. A newcomer's noise is taken to be that of its siblings."""
        noise, count = self._state["noise"][rows], self._state["count"][rows]
        usual, known, spread = (kin.median(each, settled)[kin.groups] for each in (noise, count, moved))
        unsure = 1.0 + UNSURE / np.fmax(1.0, np.fmax(count, known))
        noise = np.fmax(unsure * np.fmax(np.where(settled, noise, 0.0), usual), _MAD * spread)
        return np.fmax(self._practical, K * noise)

    def _count(self, look: _Look) -> None:
        """Counts samples, and how long each is apart."""
        state, rows = self._state, look.rows
        state["free"][rows] = look.free
        state["count"][rows] += 1.0
        state["mean"][rows] = look.gap
        run = np.clip(state["run"][rows] + np.where(look.apart, 1.0, -1.0), 0.0, LASTS)
        state["run"][rows] = np.where(look.judged, run, state["run"][rows])

    def _learn(self, look: _Look) -> None:
        """Moves the habit and the noise of all that are not apart. A newcomer's habit begins at that of the group."""
        state, calm, every = self._state, ~look.apart, self._traits.every
        rows, count = look.rows[calm], self._state["count"][look.rows[calm]]
        move = look.gap[calm] - state["habit"][rows]
        known = count + np.where(look.free | look.settled, 0.0, self._warm)[calm]
        state["habit"][rows] += np.maximum(1.0 / known, every / HABIT_PACE) * move
        yard = np.maximum(state["noise"][rows], self._practical / K)
        deviation = _CLIPPED * np.minimum(np.abs(move), yard)
        state["noise"][rows] += np.maximum(1.0 / count, every / NOISE_PACE) * (deviation - state["noise"][rows])

    def _widen(self, look: _Look) -> None:
        """Habits are told from that of the middle member; all of a settled group keep its range in mind."""
        state, kin, rows = self._state, look.kin, look.rows
        middle = np.where(look.grown, kin.median(state["habit"][rows], look.settled)[kin.groups], 0.0)
        for name in ("habit", "high", "low"):
            state[name][rows] -= np.where(look.settled, middle, 0.0)
        for name, sign in ENDS:
            each = (kin.most(sign * state[one][rows], look.settled)[kin.groups] for one in ("habit", name))
            now, kept = (np.where(look.grown, one, 0.0) for one in each)
            state[name][rows] = np.where(
                look.grown, sign * np.maximum(now, kept - self._fade * (kept - now)), state["habit"][rows]
            )

    def _adopt(self, look: _Look) -> None:
        """A departure that lasts becomes habit, and is learned as if all were new. A return runs the clock back."""
        state, rows, every = self._state, look.rows, self._traits.every
        alone = look.few & (look.harm > look.limit)
        step = np.where(look.apart, np.where(alone, every, SOONER * every), -4.0 * every)
        held = np.maximum(state["held"][rows] + step, 0.0)
        state["held"][rows] = held
        crowds = look.kin.total((held >= ADOPT) & ~alone) > 0  # of a crowd no one must be left behind, to stand out
        known = (held >= ADOPT) | (look.apart & crowds[look.kin.groups])
        over = rows[known]
        state["habit"][over] = look.gap[known]
        state["count"][over] = state["free"][over] = 1.0
        for name in ("noise", "run", "held"):
            state[name][over] = 0.0

    def _said(self, look: _Look, came: Rows, values: Floats) -> Unlike:
        run, kin, size = self._state["run"][look.rows], look.kin, len(values)
        compared = look.settled | ~look.grown
        said = Unlike(
            anomalous=np.zeros(size, dtype=np.bool_),
            calm=np.zeros(size, dtype=np.bool_),
            score=np.zeros(size),
            theirs=np.full(size, np.nan),
            others=np.zeros(size, dtype=np.intp),
        )
        said.anomalous[came] = look.settled & (run >= LASTS) & look.few & (look.harm > look.limit)
        said.calm[came] = look.judged & (run == 0)
        said.score[came] = np.where(look.judged, look.harm / (look.harm + look.limit) * run / LASTS, 0.0)
        said.theirs[came] = kin.others(values[came], compared)
        said.others[came] = kin.total(compared)[kin.groups] - compared
        return said


def _few(kin: Kin, far: Floats) -> Flags:
    """[member] whether it is one of the few in its group that are at least half as far as the farthest."""
    like = far > 0.5 * kin.most(far, far > 0)[kin.groups]
    most = np.maximum(1.0, FEW * np.bincount(kin.groups, minlength=kin.count))
    few: Flags = kin.total(like) <= most
    return like & few[kin.groups]
