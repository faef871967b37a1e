"""The course of the leading series of each incident in a replay, from before its beginning until a while after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.charts import Chart, Point
from bot.domain.incident import Incident
from bot.flow.replay import Replay

AGAIN = 60
"""Ticks between looks: half of what the history of a series holds."""

LOOKS = 2
"""Looks after the first."""


@dataclass(slots=True)
class _Page:
    incident: Incident
    chart: Chart
    ticks: int = 0


class Album:
    """Keeps one chart an incident; told of every tick. The band is that of the beginning."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._pages: dict[str, _Page] = {}
        self._open: dict[str, _Page] = {}

    def look(self, changed: Sequence[Incident]) -> None:
        """Takes what came: begins a page for each new incident, and goes on with those that are not full."""
        for one in changed:
            if one.id not in self._pages and (chart := self._leading(one)) is not None:
                self._pages[one.id] = self._open[one.id] = _Page(one, chart)
        for page in list(self._open.values()):
            page.ticks += 1
            if page.ticks % AGAIN == 0:
                self._go_on(page)
            if page.ticks >= LOOKS * AGAIN:
                del self._open[page.incident.id]

    def charts(self) -> dict[str, Chart]:
        """The charts by incident."""
        for page in self._open.values():
            self._go_on(page)
        return {name: page.chart for name, page in self._pages.items()}

    def _leading(self, one: Incident) -> Chart | None:
        first = min(one.signals.values(), key=lambda signal: signal.onset)
        return self._replay.charts(one).get(first.series)

    def _go_on(self, page: _Page) -> None:
        chart = self._replay.charts(page.incident).get(page.chart.series)
        last = page.chart.points[-1].at
        new = [Point(point.at, point.value, None, None, None) for point in chart.points] if chart else []
        page.chart = replace(page.chart, points=(*page.chart.points, *(point for point in new if point.at > last)))
