"""What a service of the shop shows of itself: Prometheus metrics on /metrics, and log lines."""

import time
from collections.abc import Awaitable, Callable
from typing import TextIO

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)
PLUMBING = ("/metrics", "/healthz")
SAMPLE = 10
"""Of requests that went well, one in this many gets a log line."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Telemetry:
    """The metrics of one process. They are in `registry`, beside whatever else is registered there."""

    def __init__(self, registry: CollectorRegistry, version: str) -> None:
        self.registry = registry
        self._requests = Counter("http_requests", "Requests answered.", ["method", "route", "code"], registry=registry)
        self._seconds = Histogram(
            "http_request_duration_seconds", "Time to answer.", ["method", "route"], registry=registry, buckets=BUCKETS
        )
        self._in_flight = Gauge("http_requests_in_flight", "Requests being answered.", registry=registry)
        self._calls = Counter("http_client_requests", "Calls to other services.", ["peer", "code"], registry=registry)
        Gauge("build_info", "Always 1; the version is a label.", ["version"], registry=registry).labels(version).set(1)

    def called(self, peer: str, code: str) -> None:
        """Counts one call to another service; `code` is its status, `refused`, `timeout` or `broken`."""
        self._calls.labels(peer, code).inc()

    def routes(self) -> list[web.RouteDef]:
        """/metrics and /healthz."""
        return [web.get("/metrics", self._show), web.get("/healthz", self._health)]

    @web.middleware
    async def observe(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The middleware: counts and times every request but those to /metrics and /healthz."""
        if request.path in PLUMBING:
            return await handler(request)
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "unknown"
        begun, code = time.monotonic(), 500
        self._in_flight.inc()
        try:
            response = await handler(request)
            code = response.status
        except web.HTTPException as error:
            code = error.status
            raise
        else:
            return response
        finally:
            self._in_flight.dec()
            self._requests.labels(request.method, route, str(code)).inc()
            self._seconds.labels(request.method, route).observe(time.monotonic() - begun)

    async def _show(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")


class Journal:
    """A service's log, a line each: `2026-11-20T10:14:21.123Z INFO payments charged order=84123456`."""

    def __init__(self, name: str, stream: TextIO) -> None:
        self._name = name
        self._stream = stream
        self._unsaid = 0

    def info(self, text: str) -> None:
        """A line about the process or a rare event."""
        self._write("INFO", text)

    def sample(self, text: str) -> None:
        """A line about ordinary work, of which only a part is written."""
        self._unsaid += 1
        if self._unsaid % SAMPLE == 0:
            self.info(text)

    def warning(self, text: str) -> None:
        """A line about something that went wrong elsewhere."""
        self._write("WARNING", text)

    def error(self, text: str) -> None:
        """A line about something that went wrong here."""
        self._write("ERROR", text)

    def _write(self, level: str, text: str) -> None:
        now = time.time()
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        self._stream.write(f"{moment}.{int(now % 1 * 1000):03d}Z {level} {self._name} {text}\n")
        self._stream.flush()
