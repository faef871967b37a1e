"""A loopback HTTP server that stands in for Prometheus and for `/metrics` pages, well or in any kind of trouble."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came: header names are lower case."""

    path: str
    form: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What to answer. `cut`: only half of the promised body comes. `hold`: nothing comes until the server ends."""

    body: bytes = b""
    status: int = 200
    cut: bool = False
    hold: bool = False


Answering = Callable[[Asked], Reply]


@dataclass
class StandIn:
    """A running server. `answering` can be exchanged at any time; `asked` holds all requests."""

    answering: Answering
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        try:
            while request := await _request(reader):
                self.asked.append(request)
                reply = self.answering(request)
                if reply.hold:
                    await self.ended.wait()
                    return
                shown = reply.body[: len(reply.body) // 2] if reply.cut else reply.body
                head = f"HTTP/1.1 {reply.status} X\r\nContent-Length: {len(reply.body)}\r\n\r\n"
                writer.write(head.encode() + shown)
                await writer.drain()
                if reply.cut:
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self.writers.discard(writer)
            writer.close()

    async def hang_up(self) -> None:
        """Ends every connection, and waits until its socket is closed."""
        self.ended.set()
        for writer in [*self.writers]:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def _request(reader: asyncio.StreamReader) -> Asked | None:
    line = await reader.readline()
    if not line:
        return None
    headers: dict[str, str] = {}
    while (text := (await reader.readline()).decode().strip()) != "":
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    target = urlsplit(line.split()[1].decode())
    return Asked(target.path, dict(parse_qsl(target.query) + parse_qsl(body.decode())), headers)


@asynccontextmanager
async def standing(answering: Answering) -> AsyncIterator[StandIn]:
    """Serves on a free loopback port for as long as the block lasts."""
    stand_in = StandIn(answering)
    server = await asyncio.start_server(stand_in.serve, "127.0.0.1", 0)
    stand_in.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield stand_in
    finally:
        server.close()
        await stand_in.hang_up()


_DURATIONS = ("time", "start", "end", "step", "timeout")
_DURATION = re.compile(r"\d+(\.\d+)?|(\d+(ms|[smhdwy]))+")

Labelled = Sequence[tuple[Mapping[str, str], float | str]]


def vector(series: Labelled, time: float = 1000.0, **more: object) -> Reply:
    """An instant answer. `more` goes beside the data, such as `warnings`."""
    result = [{"metric": dict(labels), "value": [time, str(value)]} for labels, value in series]
    return success({"resultType": "vector", "result": result}, **more)


def matrix(series: Sequence[tuple[Mapping[str, str], Sequence[tuple[float, float | str]]]]) -> Reply:
    """A range answer."""
    result = [{"metric": dict(labels), "values": [[t, str(v)] for t, v in points]} for labels, points in series]
    return success({"resultType": "matrix", "result": result})


def success(data: object, **more: object) -> Reply:
    """An answer of the API around any data."""
    return Reply(json.dumps({"status": "success", "data": data, **more}).encode())


def refusal(text: str, kind: str = "bad_data", status: int = 400) -> Reply:
    """The API's error about one query."""
    return Reply(json.dumps({"status": "error", "errorType": kind, "error": text}).encode(), status)


FAULTS: Mapping[str, Reply] = {
    "error 500": Reply(b"oops", status=500),
    "web page": Reply(b"<!doctype html><html>log in</html>"),
    "cut short": Reply(vector([({}, 1)]).body, cut=True),
    "half JSON": Reply(vector([({}, 1)]).body[:-9]),
    "other JSON": Reply(b'{"hello": 1}'),
    "deep JSON": Reply(b"[" * 100_000),
    "result of a wrong type": success({"resultType": "vector", "result": 7}),
    "wrong token": Reply(b"no", status=401),
    "redirect": Reply(b"", status=302),
    "no such path": Reply(b"404 page not found", status=404),
    "never answers": Reply(hold=True),
}
"""Troubles in which nothing of use comes."""


def prometheus(names: Sequence[str], answers: Mapping[str, Reply], interval: float = 15.0) -> Answering:
    """A server that has the metrics `names` and answers a query that contains a key of `answers` with its value."""

    def answer(asked: Asked) -> Reply:
        if wrong := [name for name in _DURATIONS if not _DURATION.fullmatch(asked.form.get(name, "1"))]:
            return refusal(f'invalid parameter "{wrong[0]}"')
        query = asked.form.get("query", "")
        if query.startswith("quantile(0.5"):
            return vector([({}, interval)])
        if query.startswith("count by (__name__)"):
            return vector([({"__name__": name}, 1) for name in names])
        if query == "vector(1)":
            return vector([({}, 1)])
        return next((reply for part, reply in answers.items() if part in query), vector([]))

    return answer
