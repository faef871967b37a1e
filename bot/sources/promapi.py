"""The query API of a Prometheus server: one question, one answer, one clear line on failure."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

import httpx
import numpy as np

from bot.domain.errors import SourceError
from bot.sources.answers import Answer, NotAnAnswerError, RefusedError, Row, decode
from bot.sources.http import FetchError, Limits, TooLargeError, fetch, is_loopback
from bot.sources.vectors import Vector, vector
from detectors.model import Floats

T = TypeVar("T")

# An hour at 15 s. Prometheus allows 11,000 points a series; small answers keep the memory small.
CHUNK_POINTS = 240
MOST_BYTES = 32_000_000
AT_ONCE = 4

# With these statuses Prometheus explains what is wrong with one query; 503 is one that took it too long.
EXPLAINED = frozenset({200, 400, 422, 503})


class Api:
    """A Prometheus server at `url`. `where` names it in messages. At most four questions are open at a time."""

    def __init__(self, where: str, url: str, timeout: float, secrets: Mapping[str, str]) -> None:
        self._where = where
        self._limits = Limits(timeout, MOST_BYTES)
        # The server gives up a little before we do, so that it can say which query was too much.
        self._server_timeout = f"{max(round(timeout * 900), 100)}ms"
        self._gate = asyncio.Semaphore(AT_ONCE)
        token, user = secrets.get("PROMETHEUS_TOKEN", ""), secrets.get("PROMETHEUS_USER", "")
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/") + "/api/v1/",
            headers={"Authorization": f"Bearer {token}"} if token else {},
            auth=(user, secrets.get("PROMETHEUS_PASSWORD", "")) if user and not token else None,
            timeout=timeout,
            trust_env=not is_loopback(url),
        )

    async def instant(self, promql: str, time: float | None = None) -> Answer:
        """The value of each series at `time`, or now by the server's clock.

        Raises:
            SourceError: the server did not answer as it should.
            RefusedError: it refused this query.
        """
        return await self._ask("query", {"query": promql} | ({} if time is None else {"time": f"{time:.3f}"}), decode)

    async def vector(self, promql: str, time: float, take: Callable[[Vector], T]) -> T:
        """What `take` makes, in a thread, of the value of each series at `time`. Raises: as `instant`."""
        return await self._ask("query", {"query": promql, "time": f"{time:.3f}"}, lambda body: take(vector(body)))

    async def range(self, promql: str, times: Floats) -> Answer:
        """The values of each series at evenly spaced, ascending `times`; asked for in parts when there are many.

        Raises: as `instant`.
        """
        step = f"{times[1] - times[0]:.3f}"
        parts: dict[tuple[tuple[str, str], ...], list[Row]] = {}
        notes: list[str] = []
        for chunk in np.array_split(times, -(-len(times) // CHUNK_POINTS)):
            form = {"query": promql, "start": f"{chunk[0]:.3f}", "end": f"{chunk[-1]:.3f}", "step": step}
            answer = await self._ask("query_range", form, decode)
            notes += [note for note in answer.notes if note not in notes]
            for row in answer.rows:
                parts.setdefault(tuple(sorted(row.labels.items())), []).append(row)
        return Answer([_joined(rows) for rows in parts.values()], notes)

    async def close(self) -> None:
        """Frees the connections."""
        await self._client.aclose()

    async def _ask(self, path: str, form: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        async with self._gate:
            try:
                status, body = await fetch(self._client, path, self._limits, {**form, "timeout": self._server_timeout})
                return await asyncio.to_thread(_judged, status, body, read)
            except TooLargeError as error:
                raise RefusedError(f"{error}: group the query by fewer labels") from error
            except (FetchError, NotAnAnswerError) as error:
                raise SourceError(f"{self._where}: {error}") from error


def _judged(status: int, body: bytes, read: Callable[[bytes], T]) -> T:
    if status in {401, 403}:
        raise NotAnAnswerError(
            f"refused our credentials ({status}): set PROMETHEUS_TOKEN, or PROMETHEUS_USER and PROMETHEUS_PASSWORD"
        )
    if status in EXPLAINED:
        return read(body)
    if 300 <= status < 400:
        raise NotAnAnswerError(f"answered with a redirect ({status}): set url to where it leads")
    if status == 404:
        raise NotAnAnswerError("has no query API here (404): check the path in url")
    raise NotAnAnswerError(f"answered with status {status}: see the server's own log")


def _joined(rows: list[Row]) -> Row:
    """One series from the parts of its answer."""
    return Row(rows[0].labels, np.concatenate([r.times for r in rows]), np.concatenate([r.values for r in rows]))
