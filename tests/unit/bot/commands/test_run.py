import os
import re
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from pathlib import Path

import httpx
import pytest

from tests.unit.bot.conftest import Steward, one_line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_runs_until_it_is_told_to_end(folder: Path, number: signal.Signals) -> None:
    words = (sys.executable, "-m", "bot", "run", "-c", str(folder / "steward.yaml"))
    process = await create_subprocess_exec(*words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env={**os.environ})
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode()
    link = re.fullmatch(r"Steward is watching\. Sign in once with (http://127\.0\.0\.1:\d+)(/enter/\S+)\n", said)
    assert link, said
    async with httpx.AsyncClient(base_url=link[1], trust_env=False) as client:
        assert (await client.get("/health")).status_code == 200
        assert (await client.post(link[2])).status_code == 303
        assert (await client.get("/api/status")).status_code == 200
    process.send_signal(number)
    out, err = await process.communicate()
    assert (process.returncode, out) == (0, b"")
    assert b"Traceback" not in err


def test_an_address_that_is_taken_is_one_line(steward: Steward, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        path = folder / "steward.yaml"
        path.write_text(path.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
        ran = steward("run")
    assert (ran.status, ran.out) == (1, "")
    assert one_line(ran.err, "steward run").startswith(f"chat.web.listen: cannot listen on 127.0.0.1:{port} (")


def test_a_store_that_cannot_be_used_is_one_line(steward: Steward, folder: Path) -> None:
    (folder / "steward.db").mkdir()
    ran = steward("run")
    assert (ran.status, ran.out) == (1, "")
    assert "unable to open database file" in one_line(ran.err, "steward run")
