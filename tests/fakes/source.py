"""A source whose answers a test writes down."""

from collections.abc import Callable

import numpy as np

from bot.domain.errors import SourceError
from bot.domain.samples import Batch, LogLine, Pull, Query, Series, Window, series_key
from detectors.model import Traits

ERRORS = Query("http_error_ratio", "errors", "ratio", Traits("up", 0, 1, 0.05, 0.5, every=1.0), ("ratio",))
LATENCY = Query("http_latency_p95", "latency", "seconds", Traits("up", 0, minimum=0.05, relative=0.5, every=1.0))
REQUESTS = Query("http_request_rate", "requests", "per_second", Traits("down", 0, minimum=1, relative=0.5, every=1.0))
MEMORY = Query("process_memory", "memory", "bytes", Traits("up", 0, minimum=2e7, relative=0.3, every=1.0))

Values = Callable[[float], dict[Query, dict[str, float]]]


class FakeSource:
    """Asks `values(time)` for a value of each query and service; `lines` are handed out once; `broken` is raised."""

    every = 1.0
    reach = 0.0

    def __init__(self, values: Values, name: str = "shop") -> None:
        self.name = name
        self.values = values
        self.lines: list[LogLine] = []
        self.broken = ""

    async def check(self) -> None:
        if self.broken:
            raise SourceError(self.broken)

    async def pull(self, window: Window) -> Pull:
        await self.check()
        batches = []
        for query, by_service in self.values(window.end).items():
            series = [
                Series(series_key(self.name, query.name, {"service": one}), one, {"service": one}) for one in by_service
            ]
            column = np.array([list(by_service.values())])
            batches.append(Batch(query, series, np.array([window.end]), column))
        lines, self.lines = self.lines, []
        return Pull(batches, lines)

    async def close(self) -> None:
        return
