import math
from pathlib import Path

import pytest

from bot.commands.series_csv import Row, read
from bot.domain.errors import StewardError, UsageError


def rows(tmp_path: Path, text: str | bytes) -> list[Row]:
    path = tmp_path / "one.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read(path, lambda _: None))


@pytest.mark.parametrize(
    ("line", "time", "value"),
    [
        ("2014-04-01 00:05:00,1.5", 1396310700.0, 1.5),
        ("2014-04-01T00:05:00Z,1e3", 1396310700.0, 1000.0),
        ("2014-04-01T02:05:00+02:00,-1", 1396310700.0, -1.0),
        ("1396310700.25, 7 ", 1396310700.25, 7.0),
        ('"2014-04-01",""', 1396310400.0, math.nan),
        ("2014-04-01,nan", 1396310400.0, math.nan),
        ("2014-04-01,inf", 1396310400.0, math.inf),
    ],
)
def test_times_and_values(tmp_path: Path, line: str, time: float, value: float) -> None:
    (row,) = rows(tmp_path, f"timestamp,value\r\n{line}\r\n\r\n")
    assert row.time == time
    assert row.value == value or (math.isnan(row.value) and math.isnan(value))
    assert row.timestamp == line.partition(",")[0].strip('"')


def test_a_byte_order_mark_and_an_end_without_a_line_end(tmp_path: Path) -> None:
    assert [row.value for row in rows(tmp_path, "\ufefftimestamp,value\n1,2\n3,4")] == [2.0, 4.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the header must be timestamp,value, not ''"),
        ("time,value\n", "line 1: the header must be timestamp,value, not 'time,value'"),
        ("timestamp,value\n1,2\nyesterday,2\n", "line 3: 'yesterday' is no time: write ISO 8601 or epoch seconds"),
        ("timestamp,value\nnan,2\n", "line 2: 'nan' is no time"),
        ("timestamp,value\n1,2\n\n2,x\n", "line 4: 'x' is no number; leave it empty where a sample is missing"),
        ("timestamp,value\n1\n", "line 2: 1 fields, where timestamp and value are expected"),
        ("timestamp,value\n1,2,3\n", "line 2: 3 fields"),
        (b"timestamp,value\n1,\xff\n", "after line 1: this is no CSV in UTF-8"),
        ('timestamp,value\n1,2\n2,"3\n', "this is no CSV in UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(StewardError) as caught:
        rows(tmp_path, text)
    assert said in str(caught.value)
    assert "one.csv" in str(caught.value)


def test_a_file_that_is_not_there_is_bad_use(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="there is no file"):
            list(read(path, lambda _: None))


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    path, told = tmp_path / "long.csv", list[int]()
    path.write_text("timestamp,value\n" + "".join(f"{at},1\n" for at in range(25_000)))
    assert len(list(read(path, told.append))) == 25_000
    assert len(told) == 2
    assert 0 < told[0] < told[1] <= path.stat().st_size
