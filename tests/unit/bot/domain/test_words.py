import math
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.words import about, amount, clock_time, count, duration, inert, listing, moment, times


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.34, "ratio", "34%"),
        (0.0, "ratio", "0%"),
        (0.0004, "ratio", "0.04%"),
        (1.0, "ratio", "100%"),
        (83.26, "percent", "83.3%"),
        (-0.0001, "percent", "0%"),
        (0.412, "seconds", "412 ms"),
        (0.0123, "seconds", "12.3 ms"),
        (1.0, "seconds", "1 s"),
        (-0.5, "seconds", "-500 ms"),
        (75.0, "seconds", "75 s"),
        (0, "bytes", "0 B"),
        (999, "bytes", "999 B"),
        (1000, "bytes", "1 kB"),
        (180e6, "bytes", "180 MB"),
        (2.5e9, "bytes", "2.5 GB"),
        (3e12, "bytes", "3 TB"),
        (5e15, "bytes", "5000 TB"),
        (-2e6, "bytes", "-2 MB"),
        (25.0, "per_second", "25/s"),
        (0.25, "per_second", "0.25/s"),
        (1.0, "bool", "up"),
        (0.0, "bool", "down"),
        (1234.5, "count", "1234"),
        (100.0, "count", "100"),
        (10.0, "count", "10"),
        (7.0, "anything", "7"),
        (math.nan, "ratio", "no data"),
        (math.inf, "bytes", "no data"),
        (-math.inf, "bool", "no data"),
    ],
)
def test_amounts_in_their_unit(value: float, unit: str, words: str) -> None:
    assert amount(value, unit) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 ms"),
        (0, "0 ms"),
        (0.85, "850 ms"),
        (1, "1 s"),
        (119, "119 s"),
        (120, "2 min"),
        (300, "5 min"),
        (7199, "120 min"),
        (7200, "2 h"),
        (7800, "2 h 10 min"),
        (86_400, "24 h"),
        (172_800, "2 d"),
        (259_200, "3 d"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_times_of_day_are_those_of_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert clock_time(1_800_000_000, UTC) == "08:00:00"
    assert clock_time(1_800_000_000, berlin) == "09:00:00"
    assert moment(1_800_000_000, berlin) == "2027-01-15 09:00:00 CET"
    assert moment(1_815_000_000, berlin).endswith("CEST")


def test_counting_and_listing() -> None:
    assert [count(number, "service") for number in (0, 1, 3)] == ["0 services", "1 service", "3 services"]
    assert [listing(["a", "b", "c"][:number]) for number in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert times(3.14) == "3.14 times"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\x1b[31mb\nc", "a [31mb c"),
        ("\u202etxet\u2069", " txet "),
        ("\ud800\x00\x9b", " "),
        ("ähnlich 日本 🙂 e\u0301", "ähnlich 日本 🙂 e\u0301"),
    ],
)
def test_inert_text_can_do_nothing_to_a_terminal(text: str, plain: str) -> None:
    assert inert(text) == plain


@given(st.floats(), st.sampled_from(["ratio", "percent", "seconds", "bytes", "per_second", "count", "bool", "?"]))
def test_any_number_is_short_or_no_data_and_never_minus_nothing(value: float, unit: str) -> None:
    words = amount(value, unit)
    assert words
    assert words not in {"-0", "-0%", "-0 ms", "-0 s", "-0 B", "-0/s"}
    assert (words == "no data") == (not math.isfinite(value))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 min"), (400, "7 min"), (2300, "40 min"), (5500, "2 h"), (17_500, "5 h"), (1.1e6, "13 d")],
)
def test_times_that_nobody_knows_exactly(seconds: float, words: str) -> None:
    assert about(seconds) == words
