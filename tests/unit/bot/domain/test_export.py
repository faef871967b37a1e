import json
from collections.abc import Sequence
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit import Entry, link
from bot.domain.export import Files, Span, line, parse

A, B = "a" * 64, "b" * 64
START = Entry(0, 0.0, "", "", "", "")


def chain(length: int, actor: str = "slack:U1") -> list[Entry]:
    rows = [START]
    for seq in range(1, length + 1):
        row = Entry(seq, 1_800_000_000.0 + seq, actor, "approve", f"p{seq}", '{"words": "ok"}')
        rows.append(replace(row, hash=link(rows[-1].hash, asdict(row))))
    return rows[1:]


def lines(rows: Sequence[Entry], first: int, last: int) -> list[bytes]:
    before = ["", *(row.hash for row in rows)]
    return [line(row, before[row.seq - 1]).encode() for row in rows[first - 1 : last]]


def verdict(rows: Sequence[Entry], *parts: tuple[int, int]) -> tuple[str, Files]:
    files = Files()
    bad = next((bad for first, last in parts if (bad := files.first_bad("x", lines(rows, first, last)))), "")
    return bad, files


@given(st.floats(0, 1e11), st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
def test_a_line_gives_back_exactly_what_was_written(at: float, actor: str, detail: str) -> None:
    entry = Entry(7, at, actor, "approve", "p1", detail, A)
    written = line(entry, B)
    assert (written.isascii(), written.count("\n")) == (True, 1)
    assert parse(written.encode()) == (entry, B)


def test_a_line_holds_all_that_the_hash_covers() -> None:
    row = json.loads(line(chain(2)[1], chain(1)[0].hash))
    assert link(row.pop("previous"), row) == row["hash"]


def test_a_name_says_what_a_file_holds() -> None:
    span = Span(1, 12_345, A)
    assert span.name == f"audit-000000001-000012345-{A}.jsonl"
    assert Span.named(span.name) == span


@pytest.mark.parametrize(
    "name", ["", "audit.jsonl", f"audit-1-2-{A}.jsonl", f"audit-000000001-000000002-{A}.jsonl.gz", f"x{A}"]
)
def test_other_names_promise_nothing(name: str) -> None:
    assert Span.named(name) is None


@pytest.mark.parametrize(
    ("parts", "held"),
    [
        ([(1, 9)], (1, 9, 1)),
        ([(1, 3), (4, 6), (7, 9)], (1, 9, 3)),
        ([(4, 6)], (4, 6, 1)),
        ([(1, 3), (4, 5), (4, 9)], (1, 9, 3)),
    ],
    ids=["whole", "parts", "a-part", "two-exports-at-once"],
)
def test_files_that_fit_hold(parts: list[tuple[int, int]], held: tuple[int, int, int]) -> None:
    rows = chain(9)
    bad, files = verdict(rows, *parts)
    assert (bad, files.first, files.last, files.number) == ("", *held)
    assert files.head == rows[files.last - 1].hash
    assert files.before == (rows[files.first - 2].hash if files.first > 1 else "")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([(1, 3), (5, 9)], "rows 4 to 4 are missing"),
        ([(1, 3), (3, 9)], "begins with row 3, and no file before it ends with row 2"),
        ([(4, 9), (1, 3)], "begins with row 1, and no file before it ends with row 0"),
        ([(1, 3), (4, 9), (4, 6)], "ends before row 9, which was seen: give the files in the order"),
        ([(2, 1)], "it holds no rows"),
    ],
)
def test_files_that_do_not_fit_are_told(parts: list[tuple[int, int]], said: str) -> None:
    assert said in verdict(chain(9), *parts)[0]


def test_a_file_of_another_chain_is_no_next_one() -> None:
    files = Files()
    assert files.first_bad("x", lines(chain(9), 1, 3)) == ""
    assert "row 4 does not follow" in files.first_bad("y", lines(chain(9, "slack:U2"), 4, 6))


def test_a_forged_file_beside_a_true_one_is_seen() -> None:
    files = Files()
    assert files.first_bad("x", lines(chain(9), 1, 3)) == ""
    assert "row 3 is not the row 3" in files.first_bad("y", lines(chain(9, "slack:U2"), 1, 5))


def test_the_first_row_follows_none() -> None:
    row = Entry(1, 1.0, "slack:U1", "approve", "p1", "{}")
    forged = replace(row, hash=link(A, asdict(row)))
    assert "row 1 does not follow" in Files().first_bad("x", [line(forged, A).encode()])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"slack:U1", b"slack:U2", "row 3 does not fit its hash"),
        (b'"previous": "', b'"previous": "0', "row 3 is not written as an export writes it"),
        (b'{"seq"', b'{"note": "hi", "seq"', "row 3 is not written as"),
        (b'{"seq": 3', b'{"seq": 3, "actor": "slack:U9"', "row 3 is not written as"),
        (b"}\n", b"}", "row 3 is not written as an export writes it: its line was changed or cut off"),
        (b'"seq": 3', b'"seq": "3"', "line 3: no row"),
        (b'"seq": 3', b'"seq": 4', "row 3 is missing"),
        (b"p3", b"\xff", "line 3: no row"),
        (b'"}\n', b"", "line 3: no row of an export, or only a part of one"),
    ],
    ids=["row", "previous", "more", "twice", "end", "kind", "number", "bytes", "half"],
)
def test_any_change_of_a_line_is_seen_at_that_line(old: bytes, new: bytes, said: str) -> None:
    texts = lines(chain(4), 1, 4)
    assert old in texts[2]
    texts[2] = texts[2].replace(old, new, 1)
    assert said in Files().first_bad("x", texts)


@pytest.mark.parametrize("seq", [0, -5])
def test_there_is_no_row_before_the_first(seq: int) -> None:
    assert "line 1: no row" in Files().first_bad("x", [line(Entry(seq, 1.0, "a", "b", "c", "{}", A), "").encode()])


def test_a_file_holds_what_its_name_promises() -> None:
    rows = chain(4)
    name = Span(1, 4, rows[3].hash).name
    assert Files().first_bad(f"there/{name}", lines(rows, 1, 4)) == ""
    bad = Files().first_bad(f"there/{name}", lines(rows, 1, 3))
    assert "it holds rows 1 to 3 with the head" in bad
    assert "promises 1 to 4" in bad
