"""From rows to the columns of a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.samples import Batch, Query, Series, series_key
from detectors.model import Floats

MOST_SERIES = 10_000

IDLE_UNITS = frozenset({"ratio", "seconds"})
"""Of a service without requests there is no share and no latency: that such a query has no number is no news."""


@dataclass(frozen=True, slots=True)
class Named:
    """One series to be: its service, the labels that tell it from its siblings, and its samples in any order."""

    service: str
    labels: Mapping[str, str]
    times: Floats
    values: Floats


def columns(source: str, query: Query, rows: Sequence[Named], times: Floats) -> tuple[Batch, list[str]]:
    """A batch on the given ascending times, and notes of what was left out.

    A sample goes to the nearest of `times`; of several at one time the last given stays; those more than half a step
    away from every one are left out. Of the series those stay that are `chosen`.
    """
    keys = [series_key(source, query.name, row.labels) for row in rows]
    taken, notes = chosen(query.name, keys)
    values = np.full((len(times), len(taken)), np.nan)
    for column, at in enumerate(taken):
        place(values[:, column], times, rows[at])
    series = [Series(keys[at], rows[at].service, dict(rows[at].labels)) for at in taken]
    return Batch(query, series, times, values), [*notes, *idle(query, values)]


def chosen(query: str, keys: Sequence[str]) -> tuple[list[int], list[str]]:
    """The places of the series to take, ordered by key, and notes of what is left out.

    Of two series with one key the first stays. Beyond MOST_SERIES, the first by key stay, so that they are the same
    ones each time.
    """
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        first.setdefault(key, at)
    repeated = len(keys) - len(first)
    notes = [f"{query}: {repeated} series came twice; the first of each was taken"] if repeated else []
    if len(first) > MOST_SERIES:
        notes.append(
            f"{query}: {len(first)} series are too many; the first {MOST_SERIES} by name are watched: "
            "group the query by fewer labels"
        )
    return [first[key] for key in sorted(first)[:MOST_SERIES]], notes


def idle(query: Query, values: Floats) -> list[str]:
    """A note when there are series, and none of them has a number."""
    count = values.shape[1]
    if not count or query.unit in IDLE_UNITS or np.isfinite(values).any():
        return []
    return [f"{query.name}: none of its {count} series has a number; it is not watched until one has"]


def place(column: Floats, times: Floats, row: Named) -> None:
    """Writes a row's samples into the column of `times`."""
    if len(times) == 1:
        column[0] = row.values[-1]
        return
    step = times[1] - times[0]
    at = np.rint((row.times - times[0]) / step)
    inside = (at >= 0) & (at < len(times))
    column[at[inside].astype(np.intp)] = row.values[inside]
