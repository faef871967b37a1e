"""What the series of a case say: how far each departs after the start, and whether it moves with the symptom."""

from collections.abc import Sequence

import numpy as np

from bot.commands.case_table import Metrics
from bot.domain.metric_kinds import RESOURCE, Kind, kind_of
from bot.domain.ranking import ITSELF, OTHER_KIND, SAME_KIND, SAME_METRIC, Departure
from detectors.deviation import LEAST_SHARE, Table, binned, both_ways, comovement, departures, falls
from detectors.model import Floats

Name = tuple[str, str]

HORIZON = 600.0
"""Seconds after the start that are looked at; later the repair and its echoes come in."""
LEAST_ROWS = 10
"""Rows after the start that are looked at, however far apart they are."""


def seen(metrics: Metrics, start: float, symptom: Name | None) -> list[Departure]:
    """What departs, in the order of the columns; nothing when no row lies after the start."""
    first = int(np.searchsorted(metrics.times, start))
    until = max(int(np.searchsorted(metrics.times, start + HORIZON)), first + LEAST_ROWS)
    until = min(until, len(metrics.times))
    if until == first:
        return []
    kinds = [kind_of(metric) for _, metric in metrics.names]
    table = binned(metrics.values, first, until)
    turned = _turned(table, kinds)
    widths = _widths(table, turned, kinds)
    together = _together(turned, kinds, metrics.names, symptom)
    return [
        Departure(
            service=service,
            metric=metric,
            kind=kinds[place],
            widths=float(widths[place]),
            together=None if together is None else float(together[place]),
            likeness=_likeness((service, metric), kinds[place], symptom) if symptom else 1.0,
        )
        for place, (service, metric) in enumerate(metrics.names)
    ]


def _turned(table: Table, kinds: Sequence[Kind]) -> Table:
    """The table with falls as rises where a fall is what is bad."""
    down = np.array([kind.way == "down" for kind in kinds])
    fallen = falls(table)
    return Table(np.where(down, fallen.before, table.before), np.where(down, fallen.after, table.after))


def _widths(table: Table, turned: Table, kinds: Sequence[Kind]) -> Floats:
    ways = np.array([kind.way for kind in kinds])
    full = np.nan_to_num(np.fmax.reduce(np.concatenate([table.before, table.after])))
    least = np.where(ways == "down", LEAST_SHARE * full, 0.0)
    return np.where(ways == "both", both_ways(turned), departures(turned, least))


def _together(table: Table, kinds: Sequence[Kind], names: Sequence[Name], symptom: Name | None) -> Floats | None:
    if symptom is None:
        return None
    place = names.index(symptom)
    course = np.concatenate([table.before[:, place], table.after[:, place]])
    moves = comovement(table, course)
    return np.where([kind.way == "both" for kind in kinds], np.abs(moves), moves)


def _likeness(name: Name, kind: Kind, symptom: Name) -> float:
    """How well a series can be compared with the symptom; that the symptom's own service shows it is no news."""
    alike = kind is kind_of(symptom[1])
    if name[0] == symptom[0] and alike:
        return ITSELF
    if name[1] == symptom[1]:
        return SAME_METRIC
    return SAME_KIND if alike or kind is RESOURCE else OTHER_KIND
