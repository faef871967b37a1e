import gzip
from pathlib import Path

import numpy as np
import pytest

from bot.commands.case_table import find, metrics, records
from bot.domain.errors import StewardError

LOG = ("timestamp", "service", "line")


def wrote(tmp_path: Path, text: str, name: str = "metrics.csv") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_series_come_out_with_gaps_and_without_rows_that_go_back(tmp_path: Path) -> None:
    rows = ["2026-01-01T00:00:00,1, ", "", "2026-01-01T00:01:00Z,2,", "1767225600,7,7", "1767225720,inf,-1e3"]
    text = "\n".join(["timestamp,a/x,b/y.p99", *rows, ""])
    found = metrics(wrote(tmp_path, text))
    assert found.names == (("a", "x"), ("b", "y.p99"))
    assert np.diff(found.times).tolist() == [60.0, 60.0]
    assert np.nan_to_num(found.values, nan=-9).tolist() == [[1.0, -9.0], [2.0, -9.0], [-9.0, -1000.0]]


def test_gzipped_is_read_the_same_and_plain_comes_first(tmp_path: Path) -> None:
    packed = tmp_path / "metrics.csv.gz"
    packed.write_bytes(gzip.compress(b"timestamp,a/x\n1,2\n"))
    assert find(tmp_path, "metrics.csv") == packed
    assert metrics(packed).values.tolist() == [[2.0]]
    assert find(tmp_path, "logs.csv") is None
    plain = wrote(tmp_path, "timestamp,a/x\n1,3\n")
    assert find(tmp_path, "metrics.csv") == plain


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the header must be timestamp,SERVICE/METRIC"),
        ("time,a/x\n", "line 1: the header must be timestamp,SERVICE/METRIC"),
        ("timestamp,a/x\n", "line 1: no row follows the header"),
        ("timestamp\n", "line 1: the header must be timestamp,SERVICE/METRIC"),
        ("timestamp,cpu\n", "line 1: the column 'cpu' is not named SERVICE/METRIC"),
        ("timestamp,a/x,a/x\n", "line 1: the column 'a/x' is there twice"),
        ("timestamp,a/x\n1,2\n2\n", "line 3: 1 fields, where the header has 2"),
        ("timestamp,a/x\nnoon,2\n", "line 2: 'noon' is no time"),
        ("timestamp,a/x\n1,much\n", "line 2: 'much' is no number"),
        ('timestamp,a/x\n1,"2\n', "this is no CSV in UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(StewardError, match=r"metrics\.csv") as caught:
        metrics(wrote(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"no gzip at all", gzip.compress(b"timestamp,a/x\n1,2\n" * 999)[:40]],
    ids=["no archive", "cut off"],  # an archive names its second, and each worker must give a test the same name
)
def test_a_broken_archive_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "metrics.csv.gz"
    path.write_bytes(content)
    with pytest.raises(StewardError, match="cannot be read"):
        metrics(path)


def test_bytes_that_are_no_text_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    path.write_bytes(b"timestamp,a/x\n\xff\xfe,1\n")
    with pytest.raises(StewardError, match="no CSV in UTF-8"):
        metrics(path)


def test_records_keep_their_texts_and_name_what_is_missing(tmp_path: Path) -> None:
    path = wrote(tmp_path, 'timestamp,service,line\n5,web,"a, ""b""\nc"\n', "logs.csv")
    assert list(records(path, LOG)) == [(3, 5.0, ["web", 'a, "b"\nc'])]
    with pytest.raises(StewardError, match="line 1: the header must be timestamp,service,line"):
        list(records(wrote(tmp_path, "a,b\n"), LOG))
    with pytest.raises(StewardError, match="line 2: 2 fields"):
        list(records(wrote(tmp_path, "timestamp,service,line\n1,web\n"), LOG))
