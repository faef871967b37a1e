from pathlib import Path

import numpy as np
import pytest

from bot.commands.table_csv import opened
from bot.domain.errors import StewardError, UsageError

HEAD = "timestamp,shop/latency,shop/queue/depth\n"


def test_rows_come_in_parts_with_gaps_and_without_late_ones(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(f"\ufeff{HEAD}2026-01-01T00:00:00Z,1,\n1767225660,,2.5\n\n1767225660,9,9\n1767225720,nan,3\n")
    read: list[int] = []
    with opened(path, read.append) as table:
        parts = list(table.parts(2))
        assert table.names == [("shop", "latency"), ("shop", "queue/depth")]
        assert table.late == 1
    assert [part.times.tolist() for part in parts] == [[1767225600.0, 1767225660.0], [1767225720.0]]
    np.testing.assert_array_equal(parts[0].values, [[1.0, np.nan], [np.nan, 2.5]])
    np.testing.assert_array_equal(parts[1].values, [[np.nan, 3.0]])
    assert len(read) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the header must be timestamp,SERVICE/METRIC,..., not ''"),
        ("timestamp\n", "line 1: the header must be"),
        ("time,a/b\n1,2\n", "line 1: the header must be"),
        ("timestamp,latency\n", "line 1: the column 'latency' is not named SERVICE/METRIC"),
        ("timestamp,/latency\n", "line 1: the column '/latency' is not named SERVICE/METRIC"),
        ("timestamp,a/b,a/b\n", "line 1: the column 'a/b' is there twice"),
        (f"{HEAD}1,2,3\n2,3\n", "line 3: 2 fields, where the header has 3"),
        (f"{HEAD}noon,2,3\n", "line 2: 'noon' is no time: write ISO 8601 or epoch seconds"),
        (f"{HEAD}1,2,3\n\n2,3,x\n", "line 4: 'x' is no number; leave it empty where a sample is missing"),
        (b"timestamp,a/b\n1,\xff\n", "this is no CSV in UTF-8"),
        (f'{HEAD}1,"2,3\n', "this is no CSV in UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(StewardError) as caught, opened(path, lambda _: None) as table:
        list(table.parts(10))
    assert said in str(caught.value)
    assert "m.csv" in str(caught.value)


def test_a_file_that_is_not_there_is_bad_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no file .*m\.csv"), opened(tmp_path / "m.csv", lambda _: None):
        pass
