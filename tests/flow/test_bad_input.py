"""Bad input on the real process: each is said once, in one clear line, and what is healthy beside it goes on."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.assembly import Parts, assemble
from bot.config.document import Document
from bot.config.load import check
from bot.config.secrets import Secrets
from bot.process import Process
from tests.flow.test_story_over_sockets import TICK, Catalog, learned, running, serving, until
from tests.standins import prometheus as prom
from tests.standins.prometheus import Reply, StandIn, standing

TOKEN = "stale-t0ken-123"
HOLLOW = prom.vector([({"service": "queue"}, "NaN"), ({"service": "mail"}, "NaN")])
BINARY = b"\x7fELF\x02\x01\x01\x00\x00\xff\xfe\n" * 20


@dataclass
class Trouble:
    """Sources in every kind of trouble, and one that is well."""

    folder: Path
    catalog: Catalog
    url: str
    locked: StandIn
    hollow: StandIn
    page: StandIn
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "checkout.log"
        self.log.write_text("checkout is up\n")

    def parts(self) -> Parts:
        """The bot over all of them; the healthy source first."""
        prometheus = {"kind": "prometheus", "every": TICK, "packs": ["http"], "timeout": "2s", "reach": "0s"}
        scrape = {"kind": "scrape", "every": TICK, "packs": ["process"]}
        config: dict[str, Any] = {
            "store": f"sqlite:///{self.folder / 'steward.db'}",
            "sources": [
                {"name": "shop", "targets": [{"url": self.url, "service": "catalog"}], **scrape},
                {"name": "blind", "url": "http://127.0.0.1:1", **prometheus},
                {"name": "locked", "url": self.locked.url, **prometheus},
                {"name": "hollow", "url": self.hollow.url, **prometheus},
                {"name": "page", "targets": [{"url": f"{self.page.url}/metrics", "service": "cart"}], **scrape},
                {"name": "logs", "kind": "files", "every": TICK, "paths": [str(self.log)]},
            ],
            "watch": [{"name": "depth", "source": "hollow", "query": "queue_depth"}],
            "chat": {"web": {"listen": "127.0.0.1:0"}},
            "incidents": {"debounce": 3},
        }
        return assemble(check(Document("steward.yaml", config, {})), Secrets({"PROMETHEUS_TOKEN": TOKEN}))


@pytest.fixture
async def trouble(tmp_path: Path) -> AsyncIterator[Trouble]:
    async with AsyncExitStack() as stack:
        catalog = Catalog(tmp_path)
        yield Trouble(
            tmp_path,
            catalog,
            await stack.enter_async_context(serving(catalog)),
            await stack.enter_async_context(standing(lambda _: prom.FAULTS["wrong token"])),
            await stack.enter_async_context(standing(prom.prometheus((), {"queue_depth": HOLLOW}))),
            await stack.enter_async_context(standing(lambda _: Reply(b"process_resident_memory_bytes NaN\n"))),
        )


async def health(process: Process) -> tuple[int, Mapping[str, Mapping[str, Any]]]:
    """The status of /health, and the sources there by name."""
    page = process.link.partition("/enter/")[0]
    async with httpx.AsyncClient(base_url=page, trust_env=False) as client:
        answer = await client.get("/health")
    found = {part["name"]: part for part in answer.json()["parts"]}
    return answer.status_code, {name: found[name] for name in found if name.startswith("source ")}


async def ticks(trouble: Trouble, count: int) -> None:
    """Lets so many ticks of the sources pass."""
    wanted = len(trouble.locked.asked) + count
    await until(lambda: len(trouble.locked.asked) >= wanted, "some more ticks")


async def opened(process: Process) -> list[str]:
    """The titles of the incidents, once there is one."""
    async with asyncio.timeout(30):
        while True:
            async with process.bot.parts.store.read() as unit:
                found = await unit.incidents.recent(10)
            if found:
                return [one.title for one in found]
            await process.bot.bell.wait(1.0)


def said(records: list[logging.LogRecord], part: str) -> list[str]:
    """What the log says of a part."""
    return [text for text in (record.getMessage() for record in records) if text.startswith(f"{part}: ")]


async def test_each_is_said_once_and_nothing_else_stops(trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    troubles = {
        "source blind": "Prometheus at http://127.0.0.1:1: cannot connect: is it running, and is the address right?",
        "source locked": f"Prometheus at {trouble.locked.url}: refused our credentials (401): set PROMETHEUS_TOKEN, "
        "or PROMETHEUS_USER and PROMETHEUS_PASSWORD",
    }
    hollow = "series has a number; it is not watched until one has"
    notes = {
        "source hollow": f"depth: none of its 2 {hollow}",
        "source page": f"process_resident_memory_bytes: none of its 1 {hollow}",
        "source logs": f"file {trouble.log}: has binary in it: is it a log?",
    }
    async with running(trouble.parts()) as process:
        await until(lambda: process._board.parts.keys() >= {*troubles, *notes}, "every source was asked")
        with trouble.log.open("ab") as log:
            log.write(BINARY)
        await until(lambda: process._board.notes.keys() >= notes.keys(), "every note is on the board")
        with trouble.log.open("a") as text:
            text.write("checkout is still up\n")
        await learned(process)
        trouble.catalog.memory = 200e6
        assert await opened(process) == ["catalog: memory"]
        await ticks(trouble, 10)
        status, sources = await health(process)
        assert status == 503
        assert {name: part["trouble"] for name, part in sources.items() if part["trouble"]} == troubles
        assert {name: part["note"] for name, part in sources.items() if part["note"]} == notes
        assert sources["source shop"] == {"name": "source shop", "up": True, "trouble": "", "note": ""}
    for part, line in (troubles | notes).items():
        assert said(caplog.records, part) == [f"{part}: {line}"]
    assert TOKEN not in caplog.text
    assert "Traceback" not in caplog.text


async def test_what_is_mended_is_said_once_too(trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    parts = trouble.parts()
    async with running(replace(parts, sources=parts.sources[2:3])) as process:
        await until(lambda: process._board.parts.get("source locked"), "the wrong token is noticed")
        assert (await health(process))[0] == 503
        trouble.locked.answering = prom.prometheus(
            ("http_requests_total",), {"http_requests_total": prom.vector([({"service": "cart"}, 3)])}
        )
        await until(lambda: not process._board.parts["source locked"], "the right token is noticed")
        await ticks(trouble, 10)
        assert (await health(process))[0] == 200
    told = [line for line in said(caplog.records, "source locked") if "401" in line or "well again" in line]
    assert len(told) == 2
    assert told[1] == "source locked: well again"


@pytest.mark.parametrize("command", ["run", "doctor"])
async def test_a_misspelt_key_is_one_line_with_its_place_and_the_right_name(tmp_path: Path, command: str) -> None:
    path = tmp_path / "steward.yaml"
    path.write_text("sources:\n  - name: prom\n    kind: prometheus\n    ulr: http://127.0.0.1:9090\n")
    words = (sys.executable, "-m", "bot", command, "-c", str(path))
    process = await create_subprocess_exec(*words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env={**os.environ})
    out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert err.decode() == (
        f"steward {command}: steward.yaml line 4, sources[0].ulr: unknown key 'ulr'; did you mean 'url'?\n"
    )
