"""`steward demo --unattended`: real processes, a real fault, a real cure, about a minute each."""

import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


async def demo(folder: Path, scenario: str) -> tuple[int | None, list[str]]:
    """Runs one scenario in a folder; gives its status and what it told, without the seconds."""
    words = (sys.executable, "-m", "bot", "demo", "--unattended", "--port", "0", "--scenario", scenario)
    process = await create_subprocess_exec(
        *words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    out, err = (text.decode() for text in await process.communicate())
    print(out)  # noqa: T201  # what a person wants to read first when this fails
    assert err == ""
    return process.returncode, [re.sub(r"^ *\d+\.\d s  (\+ *-?\d+\.\d  )?", "", line) for line in out.splitlines()]


@pytest.mark.parametrize(
    ("scenario", "deed", "service"),
    [
        ("bad-deploy", "roll back payments to v1", "payments"),
        ("memory-leak", "restart catalog", "catalog"),
        ("overload", "scale catalog to ", "catalog"),
        ("crash-loop", "roll back checkout to v1", "checkout"),
    ],
)
async def test_one_incident_the_right_cure_and_a_lesson(tmp_path: Path, scenario: str, deed: str, service: str) -> None:
    status, story = await demo(tmp_path, scenario)
    assert status == 0
    told = [place for place, line in enumerate(story) if re.match(r"Opened|Proposal|a scripted person|Recovered", line)]
    opened, proposed, clicked, *_, recovered = (story[place] for place in told)
    assert [line for line in story if line.startswith("Opened")] == [opened]
    assert deed in proposed
    assert clicked.startswith("a scripted person clicked Approve on the page: ")
    assert "approved" in clicked.lower()
    assert re.match(rf"Recovered: \w+ of {service}; \d+\.\d s from the fault to the message", story[-1])
    assert recovered == story[-1]


async def test_nothing_is_wrong_and_nothing_is_reported(tmp_path: Path) -> None:
    status, story = await demo(tmp_path, "quiet")
    assert status == 0
    assert story[-1] == "nothing was wrong, and nothing was reported"
    assert not [line for line in story if line.startswith(("Opened", "Proposal"))]
