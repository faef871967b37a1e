import asyncio
import json
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from bot.runtime.clock import SystemClock
from detectors.model import Floats
from tests.standins.prometheus import Asked, Reply, matrix, standing, vector
from tests.unit.bot.conftest import Steward, one_line

START = 1_767_225_600  # 2026-01-01T00:00:00Z
STEP = 300


def quiet(rows: int = 1000, columns: int = 6) -> Floats:
    return 100.0 + np.random.default_rng(2).uniform(-1.0, 1.0, (rows, columns))


def ill(values: Floats, row: int = 700, rows: int = 12) -> Floats:
    values[row : row + rows, :4] += np.array([9.0, 30.0, -12.0, 15.0])
    return values


def given(tmp_path: Path, values: Floats, name: str = "m.csv") -> Path:
    lines = ["timestamp," + ",".join(f"shop/m{column}" for column in range(values.shape[1]))]
    for row, line in enumerate(values):
        texts = ["" if np.isnan(value) else f"{value:.3f}" for value in line]
        lines.append(",".join([str(START + STEP * row), *texts]))
    path = tmp_path / name
    path.write_text("\n".join([*lines, ""]))
    return path


def when(text: str) -> float:
    return (datetime.fromisoformat(text).timestamp() - START) / STEP


def test_a_fault_is_one_incident_in_the_contracts_format(steward: Steward, tmp_path: Path) -> None:
    given(tmp_path, ill(quiet()))
    ran = steward("backtest", "--csv", "m.csv", "--out", "found.json", "--charts", "charts")
    assert ran.status == 0, ran.err
    (one,) = json.loads((tmp_path / "found.json").read_text())
    assert {"opened", "closed", "services", "series"} <= set(one)
    assert when(one["opened"]) == 701
    assert 701 < when(one["closed"]) < 760
    assert one["services"] == ["shop"]
    assert {"shop/m0", "shop/m1", "shop/m2", "shop/m3"} >= set(one["series"])
    assert len(one["series"]) == len(set(one["series"])) >= 3
    lines = ran.out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("2026-01-03 10:25:00 UTC  ")
    assert "of 6 series unlike before, first m" in lines[0]
    assert lines[1] == "would have paged once in 3 d; 0 of them at night (22-07)"
    (picture,) = (tmp_path / "charts").iterdir()
    assert picture.name == "20260103T102500Z-shop.svg"
    ET.fromstring(picture.read_text())


def test_nothing_happens(steward: Steward, tmp_path: Path) -> None:
    values = quiet()
    values[400:420, 1] = np.nan
    values[500] = np.nan
    given(tmp_path, values)
    ran = steward("backtest", "--csv", "m.csv", "--out", "found.json")
    assert (ran.status, ran.out) == (0, "would have paged nobody in 3 d\n")
    assert json.loads((tmp_path / "found.json").read_text()) == []
    assert ran.err.splitlines()[-1] == "replaying 100%"


def test_what_is_open_at_the_end_has_no_end(steward: Steward, tmp_path: Path) -> None:
    given(tmp_path, ill(quiet(703)))
    ran = steward("backtest", "--csv", "m.csv", "--out", "found.json")
    (one,) = json.loads((tmp_path / "found.json").read_text())
    assert one["closed"] is None
    assert "open still" in ran.out


@pytest.mark.parametrize("rows", [702, 720, 900])
def test_a_prefix_gives_the_same_beginnings(steward: Steward, tmp_path: Path, rows: int) -> None:
    values = ill(ill(quiet(), 700), 850)
    given(tmp_path, values)
    given(tmp_path, values[:rows], "part.csv")
    steward("backtest", "--csv", "m.csv", "--out", "whole.json")
    steward("backtest", "--csv", "part.csv", "--out", "part.json")
    whole, part = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("whole", "part"))
    assert [one["opened"] for one in part] == [one["opened"] for one in whole if when(one["opened"]) < rows]
    assert part


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], 2, "one of the arguments --since --csv is required"),
        (["--csv", "m.csv", "--since", "7d"], 2, "not allowed with"),
        (["--since", "soon"], 2, "'soon' is not a duration"),
        (["--since", "0s"], 2, "nothing to replay"),
        (["--csv", "none.csv"], 2, "there is no file none.csv"),
        (["--csv", "m.csv"], 1, "m.csv line 2: 'x' is no number"),
        (["--csv", "m.csv", "--write"], 2, "--write changes the config, which --csv does not read"),
        (["--csv", "m.csv", "--out", "m.csv"], 2, "--out m.csv is the file to read"),
        (["--since", "7d"], 1, "steward.yaml"),
    ],
)
def test_bad_use_is_one_line(steward: Steward, tmp_path: Path, words: list[str], status: int, said: str) -> None:
    (tmp_path / "m.csv").write_text("timestamp,shop/depth\n1,x\n")
    ran = steward("backtest", *words)
    assert ran.status == status
    assert said in one_line(ran.err, "steward backtest")


def test_a_config_without_history_says_so(steward: Steward, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("")
    (tmp_path / "steward.yaml").write_text("sources: [{name: logs, kind: files, paths: ['*.log']}]\n")
    ran = steward("backtest", "--since", "1h")
    assert (ran.status, ran.out) == (2, "")
    assert "no source of the config keeps history" in one_line(ran.err, "steward backtest")


CONFIG = """\
sources: [{{name: prom, kind: prometheus, url: "{url}", every: 15s, packs: []}}]
watch: [{{name: depth, source: prom, query: depth, service: shop, bad: up}}]
digest: {{timezone: Europe/Berlin}}
"""


def serving(asked: Asked) -> Reply:
    """A queue that is long for ten minutes in the middle of each two hours."""
    if asked.path.endswith("query_range"):
        form = asked.form
        times = np.arange(float(form["start"]), float(form["end"]) + 1e-6, float(form["step"]))
        points = [(float(at), 500.0 if 3000 <= at % 7200 < 3600 else 10.0 + at / 15 % 3) for at in times]
        return matrix([({"queue": "a"}, points)])
    return vector([({"queue": "a"}, 10.0)])


async def test_a_servers_history_is_replayed_with_the_config(steward: Steward, tmp_path: Path) -> None:
    async with standing(serving) as server:
        (tmp_path / "steward.yaml").write_text(CONFIG.format(url=server.url))
        ran = await asyncio.to_thread(steward, "backtest", "--since", "8h", "--out", "found.json")
    assert ran.status == 0, ran.err
    found = json.loads((tmp_path / "found.json").read_text())
    assert 3 <= len(found) <= 4
    assert all(one["services"] == ["shop"] and one["series"] == ['prom/depth{queue="a"}'] for one in found)
    assert "shop: depth 500, normally 11" in ran.out
    assert f"would have paged {len(found)} times in 8 h" in ran.out
    ranges = [asked for asked in server.asked if asked.path.endswith("query_range")]
    assert len(ranges) >= 8


LAST = SystemClock().now() - 1800.0


def crying_wolf(asked: Asked) -> Reply:
    """A queue that is a little longer for two minutes in each hour, and was so half an hour ago the last time."""
    if asked.path.endswith("query_range"):
        form = asked.form
        times = np.arange(float(form["start"]), float(form["end"]) + 1e-6, float(form["step"]))
        points = [(float(at), 100.0 + at / 15 % 3 + (14.0 if (at - LAST) % 3600 < 120 else 0.0)) for at in times]
        return matrix([({"queue": "a"}, points)])
    return vector([({"queue": "a"}, 100.0)])


async def test_noise_is_told_and_written_to_the_config(steward: Steward, tmp_path: Path) -> None:
    async with standing(crying_wolf) as server:
        text = CONFIG.format(url=server.url)
        (tmp_path / "steward.yaml").write_text(text)
        told = await asyncio.to_thread(steward, "backtest", "--since", "12h")
        assert (tmp_path / "steward.yaml").read_text() == text
        ran = await asyncio.to_thread(steward, "backtest", "--since", "12h", "--write")
        again = await asyncio.to_thread(steward, "backtest", "--since", "12h")
    assert "1 signature would be quieter with" in told.out
    assert ran.status == 0, ran.err
    assert f"written to {tmp_path / 'steward.yaml'}" in ran.out
    assert (tmp_path / "steward.yaml").read_text().startswith(f'{text}\ntuning:\n  "shop/depth#level": 1.')
    assert len(told.out.splitlines()) >= 8
    assert again.out == "would have paged nobody in 12 h\n"
