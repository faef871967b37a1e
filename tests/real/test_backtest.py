"""`steward backtest --since` over the history of a real Prometheus."""

import asyncio
import sys
import time
from pathlib import Path

import pytest

from tests.real.need import program
from tests.real.prometheus_server import serving

pytestmark = pytest.mark.real

HOURS = 12
CONFIG = """\
sources:
  - {{name: prom, kind: prometheus, url: "{url}", every: 15s, packs: []}}   # the history
watch: [{{name: depth, source: prom, query: queue_depth, service: shop, bad: up}}]
digest: {{timezone: Europe/Berlin}}
"""


def history() -> str:
    """A queue that is a little longer for two minutes in each hour, in OpenMetrics' text format."""
    end = int(time.time()) // 15 * 15
    times = range(end - (HOURS + 1) * 3600, end - 1800, 15)
    depths = [(at, 100 + at // 15 % 3 + (14 if (at - end) % 3600 < 120 else 0)) for at in times]
    samples = [f'queue_depth{{queue="a"}} {depth} {at}\n' for at, depth in depths]
    return "".join(["# TYPE queue_depth gauge\n", *samples, "# EOF\n"])


async def ran(*words: str, folder: Path) -> str:
    """Standard output of a program that must end well."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe, cwd=folder)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


async def test_a_servers_history_is_replayed_and_its_noise_silenced(tmp_path: Path) -> None:
    (tmp_path / "history.txt").write_text(history())
    await ran(
        program("promtool", "prometheus"), *("tsdb", "create-blocks-from", "openmetrics", "history.txt", "data"),
        folder=tmp_path,
    )  # fmt: skip
    backtest = (sys.executable, "-m", "bot", "backtest", "--since", f"{HOURS}h")
    async with serving(tmp_path, []) as servers:
        text = CONFIG.format(url=servers.url)
        (tmp_path / "steward.yaml").write_text(text)
        first = await ran(*backtest, "--write", "--out", "found.json", folder=tmp_path)
        second = await ran(*backtest, folder=tmp_path)
    lines = first.splitlines()
    assert sum("shop: depth 11" in line for line in lines) >= HOURS - 3
    assert any(line.startswith("would have paged ") and " times in 12 h; " in line for line in lines)
    assert "1 signature would be quieter with" in lines
    assert (tmp_path / "steward.yaml").read_text().startswith(f'{text}\ntuning:\n  "shop/depth#level": 1.')
    assert second == f"would have paged nobody in {HOURS} h\n"
