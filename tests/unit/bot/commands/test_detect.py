import csv
from pathlib import Path

import numpy as np
import pytest

from tests.unit.bot.conftest import Steward, one_line


def given(tmp_path: Path, values: list[str], name: str = "in.csv") -> None:
    lines = [f"{1_700_000_000 + 300 * place},{value}" for place, value in enumerate(values)]
    (tmp_path / name).write_text("\n".join(["timestamp,value", *lines, ""]))


def noisy(rows: int) -> list[str]:
    values = 100.0 + np.random.default_rng(1).uniform(-1.0, 1.0, rows)
    return [f"{value:.3f}" for value in values]


def scored(tmp_path: Path, name: str = "out.csv") -> list[dict[str, str]]:
    with (tmp_path / name).open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_spike_is_found_and_every_row_comes_back(steward: Steward, tmp_path: Path) -> None:
    values = noisy(900)
    values[600], values[700] = "150.5", ""
    given(tmp_path, values)
    ran = steward("detect", "in.csv", "--out", "out.csv")
    rows = scored(tmp_path)
    found = [place for place, row in enumerate(rows) if row["anomaly"] == "1"]
    said = f"rows: 900, anomalies: {len(found)}, written to out.csv\n"
    assert (ran.status, ran.out, ran.err) == (0, said, "")
    assert list(rows[0]) == ["timestamp", "value", "score", "anomaly"]
    assert [row["value"] for row in rows] == values
    assert [row["timestamp"] for row in rows[:2]] == ["1700000000", "1700000300"]
    assert 600 in found
    assert len(found) <= 2
    assert all((row["anomaly"] == "1") == (float(row["score"]) >= 0.5) for row in rows)
    assert all(0.0 <= float(row["score"]) <= 1.0 for row in rows)


@pytest.mark.parametrize("rows", [1, 2, 250, 601, 700])
def test_a_prefix_gives_the_same(steward: Steward, tmp_path: Path, rows: int) -> None:
    values = noisy(900)
    values[600] = "150.5"
    given(tmp_path, values)
    given(tmp_path, values[:rows], "part.csv")
    steward("detect", "in.csv", "--out", "out.csv")
    assert steward("detect", "part.csv", "--out", "part.out").status == 0
    assert scored(tmp_path, "part.out") == scored(tmp_path)[:rows]


def test_no_rows_and_times_that_stand_still_are_no_error(steward: Steward, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("timestamp,value\n")
    assert steward("detect", "in.csv", "--out", "out.csv").out.startswith("rows: 0, anomalies: 0")
    (tmp_path / "in.csv").write_text("timestamp,value\n5,1\n5,2\n4,3\n")
    assert steward("detect", "in.csv", "--out", "out.csv").status == 0
    assert [row["score"] for row in scored(tmp_path)] == ["0", "0", "0"]


def test_an_error_leaves_no_output(steward: Steward, tmp_path: Path) -> None:
    given(tmp_path, [*noisy(20), "much"])
    ran = steward("detect", "in.csv", "--out", "out.csv")
    assert ran.status == 1
    assert "in.csv line 22: 'much' is no number" in one_line(ran.err, "steward detect")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.csv", "--out", "out.csv"), "there is no file none.csv"),
        (("in.csv", "--out", "in.csv"), "--out in.csv is the file to read"),
        (("in.csv",), "the following arguments are required: --out"),
    ],
)
def test_bad_use(steward: Steward, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    given(tmp_path, noisy(3))
    ran = steward("detect", *words)
    assert ran.status == 2
    assert said in one_line(ran.err, "steward detect")


def test_a_place_that_cannot_be_written_is_said(steward: Steward, tmp_path: Path) -> None:
    given(tmp_path, noisy(3))
    ran = steward("detect", "in.csv", "--out", "nowhere/out.csv")
    assert (ran.status, "nowhere/out.csv cannot be written: No such file" in ran.err) == (1, True)
