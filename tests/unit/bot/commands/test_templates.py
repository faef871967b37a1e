import csv
import unicodedata
from pathlib import Path

import pytest

from bot.commands import templates
from bot.sources.tail import MOST_LINE
from detectors.masks import LONGEST
from tests.loglines import written
from tests.unit.bot.conftest import Steward

Row = tuple[int, str, str]


def mined(steward: Steward, folder: Path, data: bytes) -> list[Row]:
    (folder / "app.log").write_bytes(data)
    ran = steward("templates", str(folder / "app.log"), "--out", str(folder / "t.csv"))
    assert (ran.status, ran.err) == (0, "")
    with (folder / "t.csv").open(newline="", encoding="utf-8") as file:
        return [(int(row["line"]), row["template_id"], row["template"]) for row in csv.DictReader(file)]


def test_each_line_has_the_template_that_is_known_at_the_end(steward: Steward, folder: Path) -> None:
    lines = [f"user {name} left after {len(name)} s" for name in ("ann", "bob", "cyd", "dan", "eve", "fay")]
    rows = mined(steward, folder, "\n".join([*lines, "bye, all", ""]).encode())
    assert [line for line, _, _ in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert {text for _, _, text in rows[:6]} == {"user <*> left after <*> s"}
    assert rows[6][2] == "bye, all"
    assert len({name for _, name, _ in rows}) == 2


def test_it_says_what_it_did(steward: Steward, folder: Path) -> None:
    (folder / "app.log").write_text("a 1\na 2\nb\n")
    ran = steward("templates", str(folder / "app.log"), "--out", str(folder / "t.csv"))
    assert ran.out == f"3 lines, 2 templates: {folder / 't.csv'}\n"


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"", 0),
        (b"\n\n", 2),
        (b"a\nb", 2),
        (b"a\r\nb\r\n", 2),
        (b"\xff\xfe\x00broken \xc3(\n", 1),
        ('\u202eturned \x1b[31m\x07 \ud7ff, "quoted"\n'.encode(), 1),
        (b"\x0b\x0c\x85\xe2\x80\xa8one line\n", 1),
    ],
)
def test_every_line_has_one_row(steward: Steward, folder: Path, data: bytes, rows: int) -> None:
    found = mined(steward, folder, data)
    assert len(found) == rows
    assert {"Cc", "Cf", "Zl", "Zp"}.isdisjoint(unicodedata.category(sign) for _, _, text in found for sign in text)


def test_a_line_of_ten_megabytes_is_cut_and_the_next_is_whole(steward: Steward, folder: Path) -> None:
    rows = mined(steward, folder, b"short 1\n" + b"x" * 10_000_000 + b"\nshort 2\n" + b"y" * (MOST_LINE + 7))
    assert [text for _, _, text in rows] == ["short <*>", "x" * LONGEST, "short <*>", "y" * LONGEST]


def test_a_log_of_many_blocks_is_the_same_as_of_one(steward: Steward, folder: Path) -> None:
    lines, _ = written(4, 12_000)
    data = "".join(f"{line}\n" for line in lines).encode()
    assert len(data) > 2 * templates.BLOCK
    rows = mined(steward, folder, data)
    assert len(rows) == len(lines)
    assert len({name for _, name, _ in rows}) < 40


def test_the_same_log_gives_the_same_table(steward: Steward, folder: Path) -> None:
    data = "".join(f"{line}\n" for line in written(5, 500)[0]).encode()
    assert mined(steward, folder, data) == mined(steward, folder, data)


@pytest.mark.parametrize(
    ("log", "out", "status", "words"),
    [
        ("none.log", "t.csv", 1, "none.log: No such file or directory"),
        ("app.log", "none/t.csv", 1, "none/t.csv: No such file or directory"),
        (".", "t.csv", 1, "Is a directory"),
        ("app.log", "app.log", 2, "is the log itself"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    steward: Steward, folder: Path, log: str, out: str, status: int, words: str
) -> None:
    (folder / "app.log").write_text("a\n")
    ran = steward("templates", folder / log, "--out", folder / out)
    assert ran.status == status
    assert ran.err.startswith("steward templates: ")
    assert words in ran.err
    assert ran.err.count("\n") == 1
    assert (folder / "app.log").read_text() == "a\n"
