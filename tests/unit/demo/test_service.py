import asyncio
import sys
from pathlib import Path

import pytest

from demo.topology import SERVICES
from tests.unit.demo.support import service


@pytest.mark.parametrize("name", SERVICES)
async def test_every_service_of_the_topology_can_be_built(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service(name, tmp_path) as client:
        assert (await client.get("/healthz")).status == 200

    lines = capsys.readouterr().out.splitlines()
    assert f"INFO {name} started version=v1" in lines[0]
    assert f"INFO {name} stopped version=v1" in lines[-1]


async def test_a_name_that_is_no_service_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "demo.service",
        "--name",
        "paymets",
        "--port",
        "1",
        "--directory",
        str(tmp_path),
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()

    assert process.returncode == 2
    assert b"payments" in errors
