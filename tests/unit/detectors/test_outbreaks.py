import pytest

from detectors.hops import Line
from detectors.outbreaks import outbreaks

MOMENT = 1000.0


def every(seconds: float, service: str, text: str, since: float = 0.0) -> list[Line]:
    return [Line(since + seconds * turn, service, text) for turn in range(int((2000 - since) / seconds))]


CHATTER = every(1.0, "web", "INFO served /cart in 5 ms")


def test_an_error_that_is_new_is_an_outbreak() -> None:
    found = outbreaks([*CHATTER, *every(50.0, "pay", "ERROR cannot reach the bank", MOMENT)], MOMENT)
    assert list(found) == ["pay"]
    assert (found["pay"].lines, found["pay"].first, found["pay"].example) == (20, 20, "ERROR cannot reach the bank")


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(every(50.0, "pay", "ERROR cannot reach the bank"), id="it was always there"),
        pytest.param(every(50.0, "pay", "INFO a new message", MOMENT), id="it is no error"),
        pytest.param([Line(1500.0, "pay", "ERROR once")], id="it is one line"),
        pytest.param([], id="there is none"),
    ],
)
def test_what_is_no_outbreak(lines: list[Line]) -> None:
    assert outbreaks([*CHATTER, *lines], MOMENT) == {}


def test_the_first_error_of_a_request_counts() -> None:
    errors = []
    for turn in range(10):
        trace = f"{turn + 1:032x}"
        errors.append(Line(MOMENT + turn + 0.2, "web", f"ERROR {trace} upstream failed"))
        errors.append(Line(MOMENT + turn + 0.1, "pay", f"ERROR {trace} null pointer"))
    found = outbreaks([*CHATTER, *errors], MOMENT)
    assert (found["pay"].first, found["web"].first) == (10, 0)
