"""From rows to the columns of a batch."""

from collections.abc import Iterable, Mapping
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


def columns(source: str, query: Query, rows: Iterable[Named], times: Floats) -> tuple[Batch, list[str]]:
    """A batch on the given ascending times, and notes of what was left out.

    A sample goes to the nearest of `times`; of several at one time the last given stays; those more than half a step
    away from every one are left out. Of two series with one key the first stays. Beyond MOST_SERIES, the first by key
    stay, so that they are the same ones each time.
    """
    unique: dict[str, Named] = {}
    repeated = 0
    for row in rows:
        key = series_key(source, query.name, row.labels)
        if key in unique:
            repeated += 1
        else:
            unique[key] = row
    notes = [f"{query.name}: {repeated} series came twice; the first of each was taken"] if repeated else []
    keys = sorted(unique)
    if len(keys) > MOST_SERIES:
        notes.append(
            f"{query.name}: {len(keys)} series are too many; the first {MOST_SERIES} by name are watched: "
            "group the query by fewer labels"
        )
        keys = keys[:MOST_SERIES]
    values = np.full((len(times), len(keys)), np.nan)
    for column, key in enumerate(keys):
        place(values[:, column], times, unique[key])
    if keys and query.unit not in IDLE_UNITS and not np.isfinite(values).any():
        notes.append(f"{query.name}: none of its {len(keys)} series has a number; it is not watched until one has")
    series = [Series(key, unique[key].service, dict(unique[key].labels)) for key in keys]
    return Batch(query, series, times, values), notes


def place(column: Floats, times: Floats, row: Named) -> None:
    """Writes a row's samples into the column of `times`."""
    if len(times) == 1:
        column[0] = row.values[-1]
        return
    step = times[1] - times[0]
    at = np.rint((row.times - times[0]) / step)
    inside = (at >= 0) & (at < len(times))
    column[at[inside].astype(np.intp)] = row.values[inside]
