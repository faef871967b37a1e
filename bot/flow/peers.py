"""What is said of an instance that is unlike its siblings: those of one service under one query."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.domain.roster import keys_of
from bot.domain.samples import Batch, Query, Roll, Series
from bot.domain.signals import Sight, Signal
from bot.domain.words import count
from detectors.archive import unpack
from detectors.model import Floats, Rows
from detectors.siblings import Siblings, Unlike

SIBLINGS = "siblings"
"""The word under `detectors` for a query whose instances are compared."""

MARK = f"#{SIBLINGS}"

NAMES = ("pod", "instance")
"""The labels that tell instances apart, the one that people know better first. Series without any are left alone."""


class Peers:
    """The instances of one query, by service and by the labels that are left. What is usual among them is learned."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._siblings = Siblings(query.traits)
        self._asked: Sequence[str] = ()
        self._members: list[Series] = []
        self._places: Rows = np.zeros(0, dtype=np.intp)
        self._groups: Rows = np.zeros(0, dtype=np.intp)

    def hear(self, time: float, batch: Batch, values: Floats, tracked: Mapping[str, str]) -> Sight:
        """Takes one tick; says which instances are unlike the others, and of the tracked ones which are not.

        Args:
            time: epoch seconds.
            batch: the answer that the tick is of.
            values: [series], NaN where none came.
            tracked: the series of each signal key that is on its way to fire or to clear.
        """
        self._sort(batch.series)
        mine = values[self._places]
        unlike = self._siblings.update(time, [one.key for one in self._members], self._groups, mine)
        said = [self._said(time, one, float(mine[one]), unlike) for one in np.flatnonzero(unlike.anomalous).tolist()]
        waits = {series: key for key, series in tracked.items() if is_peer(key)}
        calm = np.flatnonzero(unlike.calm).tolist() if waits else []
        well = {self._members[one].key: float(mine[one]) for one in calm}
        return Sight(time, said, {key: well[series] for series, key in waits.items() if series in well})

    def snapshot(self) -> dict[str, NDArray[np.generic]]:
        """The state as named arrays."""
        return self._siblings.snapshot()

    def from_bytes(self, data: bytes) -> None:
        """Takes back a packed snapshot. Raises ValueError when it is none of this."""
        self._siblings.restore(unpack(data))

    def _sort(self, series: Roll) -> None:
        """Finds out who is an instance, and of which group; a source gives the same series tick after tick."""
        asked = keys_of(series)
        if asked == self._asked:
            return
        places = [place for place, one in enumerate(series) if any(name in one.labels for name in NAMES)]
        kinds: dict[tuple[object, ...], int] = {}
        groups = [kinds.setdefault(_kind(series[place]), len(kinds)) for place in places]
        self._asked, self._members = asked, [series[place] for place in places]
        self._places, self._groups = np.array(places, dtype=np.intp), np.array(groups, dtype=np.intp)

    def _said(self, time: float, place: int, value: float, unlike: Unlike) -> Signal:
        series, query = self._members[place], self._query
        name = next(series.labels[label] for label in NAMES if label in series.labels)
        return Signal(
            key=f"{series.key}{MARK}",
            series=series.key,
            service=series.service,
            query=query.name,
            title=f"{query.title} of {name}",
            unit=query.unit,
            kind="metric",
            onset=time,
            at=time,
            value=value,
            expected=float(unlike.theirs[place]),
            peak=value,
            score=float(unlike.score[place]),
            against=f"its {count(int(unlike.others[place]), 'sibling')}",
        )


def is_peer(key: str) -> bool:
    """Whether a signal of this key is about an instance among its siblings."""
    return key.endswith(MARK)


def _kind(series: Series) -> tuple[object, ...]:
    """What all siblings share: the service, and the labels that do not name the instance."""
    return series.service, *sorted(item for item in series.labels.items() if item[0] not in NAMES)
