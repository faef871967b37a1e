"""Round levels and times of day, and how they are written."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import axis
from tests.builders import T

BERLIN = ZoneInfo("Europe/Berlin")
UNITS = ("ratio", "percent", "seconds", "bytes", "per_second", "bool", "count")


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (0.0, 0.41, "ratio", ("0%", "20%", "40%", "60%")),
        (0.0, 0.004, "ratio", ("0.0%", "0.2%", "0.4%")),
        (0.0, 0.4, "seconds", ("0 ms", "200 ms", "400 ms")),
        (0.0, 0.9, "seconds", ("0.0 s", "0.5 s", "1.0 s")),
        (0.0, 1.4, "seconds", ("0.0 s", "0.5 s", "1.0 s", "1.5 s")),
        (1.8e8, 9.1e8, "bytes", ("0.00 GB", "0.25 GB", "0.50 GB", "0.75 GB", "1.00 GB")),
        (0.0, 400.0, "bytes", ("0 B", "200 B", "400 B")),
        (0.0, 2400.0, "per_second", ("0k/s", "1k/s", "2k/s", "3k/s")),
        (0.0, 45.0, "percent", ("0%", "20%", "40%", "60%")),
        (0.0, 1.0, "bool", ("down", "up")),
        (-3.0, 3.0, "count", ("-4", "-2", "0", "2", "4")),
        (0.0, 0.0, "count", ("0.00", "0.05", "0.10")),
        (5.0, 5.0, "count", ("4.5", "5.0", "5.5")),
    ],
)
def test_levels_are_round_and_said_in_one_unit(low: float, high: float, unit: str, words: tuple[str, ...]) -> None:
    assert axis.words(axis.levels(low, high, unit), unit) == words


LIMIT = st.floats(-1e30, 1e30)


@given(LIMIT, LIMIT, st.sampled_from(UNITS))
def test_whatever_is_seen_there_are_few_levels_that_hold_it(one: float, other: float, unit: str) -> None:
    low, high = sorted((one, other))
    found = axis.levels(low, high, unit)
    assert 2 <= len(found) <= 7
    assert list(found) == sorted(set(found))
    assert len(axis.words(found, unit)) == len(found)
    if unit != "bool":
        slack = 1e-6 * (found[1] - found[0])
        assert found[0] <= low + slack
        assert found[-1] >= high - slack


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (40.0, ["09:00:00", "09:00:10", "09:00:20", "09:00:30", "09:00:40"]),
        (600.0, ["09:00", "09:02", "09:04", "09:06", "09:08", "09:10"]),
        (4_700.0, ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"]),
        (86_400.0 * 2, ["15 Jan 12:00", "16 Jan 00:00", "16 Jan 12:00", "17 Jan 00:00"]),
        (86_400.0 * 30, ["22 Jan", "30 Jan", "07 Feb"]),
    ],
)
def test_times_are_round_on_the_readers_clock(span: float, words: list[str]) -> None:
    assert [text for _, text in axis.times(T, T + span, BERLIN)] == words


@given(st.floats(0.0, 4e9), st.floats(0.0, 1e9))
def test_times_are_few_in_order_and_within(from_: float, span: float) -> None:
    found = axis.times(from_, from_ + span, UTC)
    assert len(found) <= axis.MOST_TIMES
    assert all(from_ - 1e-3 <= at <= from_ + span for at, _ in found)
    assert [at for at, _ in found] == sorted({at for at, _ in found})
