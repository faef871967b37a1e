from dataclasses import asdict, replace

import pytest

from bot.domain.audit import Checker, Entry, link


def chain(length: int) -> list[Entry]:
    rows: list[Entry] = []
    for seq in range(1, length + 1):
        row = Entry(seq, 1_800_000_000.0 + seq, "slack:U1", "approve", f"p{seq}", '{"words": "ok"}')
        rows.append(replace(row, hash=link(rows[-1].hash if rows else "", asdict(row))))
    return rows


def test_a_chain_holds_in_one_piece_or_in_several() -> None:
    rows = chain(5)
    whole, parts = Checker(), Checker()
    assert whole.first_bad(rows) == ""
    assert parts.first_bad(rows[:2]) == parts.first_bad(rows[2:]) == ""
    assert (whole.seen, whole.head) == (parts.seen, parts.head) == (5, rows[-1].hash)


@pytest.mark.parametrize("field", ["at", "actor", "what", "subject", "detail"])
def test_any_change_of_a_row_is_seen_at_that_row(field: str) -> None:
    rows = chain(5)
    changed = 1.5 if field == "at" else "slack:U2"
    rows[2] = replace(rows[2], **{field: changed})  # type: ignore[arg-type]  # the field's type is chosen above
    assert Checker().first_bad(rows).startswith("row 3 does not fit its hash")


def test_a_row_with_a_hash_made_anew_breaks_the_next() -> None:
    rows = chain(5)
    forged = replace(rows[2], actor="slack:U2")
    rows[2] = replace(forged, hash=link(rows[1].hash, asdict(forged)))
    assert Checker().first_bad(rows).startswith("row 4 ")


def test_a_row_left_out_is_missed() -> None:
    rows = chain(5)
    assert Checker().first_bad([*rows[:2], *rows[3:]]) == "row 3 is missing: row 4 comes after row 2"
    assert Checker().first_bad(rows[1:]).startswith("row 1 is missing")
