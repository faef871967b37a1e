import json
import os
import time as clocks
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.loglines import FUTURE, LEVELS, MOST_CHARS, PAST, clean, decode, level_in, parse, time_in

NOW = datetime(2026, 11, 20, 10, 0, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("2026-11-20 10:00:00 ERROR cannot pay", "error"),
        ("ERROR: cannot pay", "error"),
        ("[error] 7#7: upstream", "error"),
        ("[Warn] x", "warning"),
        ("time=x level=warn msg=y", "warning"),
        ('level="fatal"', "critical"),
        ("severity: Notice", "info"),
        ("INFO no ERROR here", "info"),
        ("E1120 10:00:00.123456 7 pay.go:3] no", "error"),
        ("10:00 TRACE x", "debug"),
        ("CRITICAL", "critical"),
        ("no error was found", ""),
        ("NO-ERROR-CODE", ""),
        ("TERROR", ""),
        ("level=7", ""),
        ("x" * 300 + " ERROR", ""),
        ("", ""),
    ],
)
def test_levels_in_text(text: str, level: str) -> None:
    assert level_in(text) == level


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-20T09:59:30Z x", -30),
        ("2026-11-20 09:59:30,250 ERROR", -29.75),
        ("2026-11-20T09:59:30.123456789+00:00", -29.876544),
        ("[2026-11-20T10:59:30+01:00] x", -30),
        ("2026-11-20T10:59:30.5+0100 x", -29.5),
        ("2026/11/20 09:59:30 [error]", -30),
        ("1795168770 x", -30),
        ("1795168770.5 x", -29.5),
        ("1795168770500 x", -29.5),
        ("1795168770500000 x", -29.5),
        ("1795168770500000000 x", -29.5),
        ("$time x", 0),
        ("2026-13-45T99:99:99Z", 0),
        ("2026-11-20 x", 0),
        ("99-99-99", 0),
        ("12345 items", 0),
        ("1795168770a", 0),
        ("4102444800 is far in the future", 0),
        ("2019-01-01T00:00:00Z is long ago", 0),
        ("x 2026-11-20T09:59:30Z", 0),
        ("", 0),
    ],
)
def test_times_at_the_start_of_text(text: str, seconds: float) -> None:
    assert time_in(text, NOW) - NOW == pytest.approx(seconds, abs=1e-5)


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [
        (NOW - 30, -30),
        ((NOW - 30) * 1000, -30),
        (int(NOW - 30), -30),
        (True, 0),
        (None, 0),
        ([1], 0),
        (float("nan"), 0),
        (float("inf"), 0),
        (10**400, 0),
        (0, 0),
        (NOW + FUTURE - 1, FUTURE - 1),
        (NOW + FUTURE + 1, 0),
        (NOW - PAST + 1, 1 - PAST),
        (NOW - PAST - 1, 0),
    ],
)
def test_times_as_values(stamp: object, seconds: float) -> None:
    assert time_in(stamp, NOW) - NOW == pytest.approx(seconds)


@pytest.fixture
def berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    clocks.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clocks.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("text", ["2026-11-20 09:59:30 written in UTC", "2026-11-20 10:59:30 written in local time"])
def test_a_time_without_a_zone_is_read_the_way_that_fits_now(text: str) -> None:
    assert time_in(text, NOW) == NOW - 30


@pytest.mark.parametrize(
    ("fields", "level", "text", "seconds"),
    [
        ({"level": "ERROR", "msg": "no", "time": "2026-11-20T09:59:30Z"}, "error", "no", -30),
        ({"lvl": "warn", "message": "no", "ts": NOW - 30}, "warning", "no", -30),
        ({"severity": 50, "event": "no", "time": (NOW - 30) * 1000}, "error", "no", -30),
        ({"level": "error", "msg": "no", "error": "timeout"}, "error", "no: timeout", 0),
        ({"level": {"a": 1}, "msg": "no", "time": "$time"}, "", "no", 0),
        ({"msg": "half \ud800 of a character"}, "", "half \ufffd of a character", 0),
        ({"level": True, "msg": "no", "time": None}, "", "no", 0),
    ],
)
def test_json_lines(fields: dict[str, object], level: str, text: str, seconds: float) -> None:
    line = parse(json.dumps(fields).encode(), "utf-8", NOW)
    assert (line.level, line.text) == (level, text)
    assert line.time - NOW == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ['{"level": "error"', "{}", "{ not json }", '{"msg": 7}', '{"a":' + "[" * 15_000, '{"a":1} tail']
)
def test_json_without_words_stays_as_it_is(text: str) -> None:
    assert parse(text.encode(), "utf-8", NOW).text == clean(text)


@pytest.mark.parametrize(
    ("raw", "encoding", "text"),
    [
        ("naïve ☃".encode(), "utf-8", "naïve ☃"),
        ("naïve".encode("latin-1"), "utf-8", "naïve"),
        ("naïve ☃".encode("utf-16-le"), "utf-16-le", "naïve ☃"),
        (b"a\xff\xfe\x00", "utf-8", "aÿþ\x00"),
        (b"\x00", "utf-16-be", "\ufffd"),
    ],
)
def test_any_bytes_become_text(raw: bytes, encoding: str, text: str) -> None:
    assert decode(raw, encoding) == text


def test_a_line_that_is_cut_inside_a_character_is_still_utf_8() -> None:
    assert parse("☃".encode() * 10_000, "utf-8", NOW).text == "☃" * (MOST_CHARS - 1) + "…"
    assert decode("a☃".encode()[:-1], "utf-8", cut=True) == "a"


def test_what_could_mislead_a_reader_is_replaced() -> None:
    assert clean("\x1b[31mred\x1b[0m\ta\x00b\u202ec\u2066d\u200be\r") == "red a\ufffdb\ufffdc\ufffdd\ufffde"
    assert clean("x" * MOST_CHARS) == "x" * MOST_CHARS


def test_ten_megabytes_of_binary_are_one_bounded_line() -> None:
    line = parse(bytes(range(256)) * 40_000, "utf-8", NOW)
    assert len(line.text) == MOST_CHARS
    assert line.time == NOW


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(str.encode),
        st.text('{}[]":,0123456789-T eE\\u').map(str.encode),
    ),
    st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
)
def test_nothing_is_ever_raised(raw: bytes, encoding: str) -> None:
    line = parse(raw, encoding, NOW)
    assert NOW - PAST <= line.time <= NOW + FUTURE
    assert line.level in {"", *LEVELS}
    assert "\n" not in line.text
    assert len(line.text) <= MOST_CHARS
