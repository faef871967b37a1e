import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.exposition import NotMetricsError, parse

PAGE = b"""\
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200",path="/a \\"b\\""} 12
http_requests_total{code="500"} 3e0 1700000000000
# TYPE up gauge
mem NaN
other 1
inf_value +Inf
"""


def test_only_what_is_wanted_is_read() -> None:
    assert parse(PAGE, {"http_requests_total"}) == {
        ("http_requests_total", (("code", "200"), ("path", '/a "b"'))): 12,
        ("http_requests_total", (("code", "500"),)): 3,
    }


def test_numbers_that_are_none_come_as_they_are() -> None:
    read = parse(PAGE, {"mem", "inf_value"})
    assert math.isnan(read["mem", ()])
    assert read["inf_value", ()] == math.inf


def test_an_empty_page_says_nothing() -> None:
    assert parse(b"", {"up"}) == {}


def test_a_counter_has_the_name_that_the_page_gives_it() -> None:
    page = b"# TYPE accepted counter\naccepted 7\n# TYPE handled_total counter\nhandled_total 8\n"
    assert parse(page, {"accepted", "handled_total"}) == {("accepted", ()): 7, ("handled_total", ()): 8}
    assert parse(page, {"accepted_total", "handled"}) == {}


def test_of_a_sample_said_twice_the_last_stays() -> None:
    assert parse(b"mem 1\nmem 2\n", {"mem"}) == {("mem", ()): 2}


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>log in</body></html>",
        b"mem one",
        b"mem{a=1} 2",
        b'mem{a="1" 2',
        b"\x00\x01\x02",
        b"mem " + b"9" * 400,
    ],
)
def test_other_text_is_refused(body: bytes) -> None:
    with pytest.raises(NotMetricsError, match="not in the Prometheus text format"):
        parse(body, {"mem"})


@given(st.one_of(st.binary(max_size=200), st.text(alphabet='{}="\\ ,#\nmem1_', max_size=60).map(str.encode)))
def test_nothing_else_is_raised_whatever_comes(body: bytes) -> None:
    with contextlib.suppress(NotMetricsError):
        parse(body, {"mem"})
