from bot.drills.table import Row, Tally, not_tried, render


def test_a_tally_in_which_all_held() -> None:
    tally = Tally("two clicks")
    tally.add("first", [])
    tally.add("second", [])
    row = tally.row("one effect")
    assert row == Row("two clicks", 2, 2, "one effect")
    assert row.well


def test_a_tally_shows_the_first_that_did_not_hold() -> None:
    tally = Tally("two clicks")
    tally.add("first", [])
    tally.add("second", ["two effects", "two effects", "no audit row"])
    tally.add("third", ["no audit row"])
    row = tally.row("one effect")
    assert row == Row("two clicks", 3, 1, "second: two effects; no audit row (and 1 more)")
    assert not row.well


def test_what_cannot_be_tried_is_said_and_is_no_failure() -> None:
    row = not_tried("restart", "the store is SQLite")
    assert (row.seen, row.well) == ("not tried: the store is SQLite", True)


def test_the_table_has_its_columns_in_line() -> None:
    rows = [Row("a", 1, 1, "one effect"), Row("longer", 100, 99, "seed 3: two\x1b[31m effects")]
    assert render(rows).splitlines() == [
        "fault   tried  held  what was seen",
        "----------------------------------",
        "a           1     1  one effect",
        "longer    100    99  seed 3: two [31m effects",
    ]
