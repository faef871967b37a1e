from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.config.policy import minutes
from bot.domain.calendar import Span
from bot.domain.delivery import Behind
from bot.domain.hush import Quiet, hush
from bot.domain.incident import Severity
from bot.domain.silence import Silence
from tests.builders import T

BERLIN = ZoneInfo("Europe/Berlin")
ONE = Behind("i1", "", "open", "warning", ("checkout",), T)
NIGHT = Span("22:00-07:00", start=minutes("22:00-07:00")[0], end=minutes("22:00-07:00")[1])
QUIET = Quiet(BERLIN, {"warning": NIGHT})
MIDNIGHT = 1_799_967_600.0
"""A midnight in Berlin."""


@pytest.mark.parametrize(
    ("hour", "severity", "waits"),
    [
        (21.9, "warning", False),
        (22.0, "warning", True),
        (3.0, "warning", True),
        (6.9, "warning", True),
        (7.0, "warning", False),
        (3.0, "critical", False),
        (3.0, "info", False),
    ],
)
def test_only_what_can_wait_waits_for_the_morning(hour: float, severity: Severity, waits: bool) -> None:
    said = hush(replace(ONE, severity=severity), (), QUIET, MIDNIGHT + hour * 3600)
    assert bool(said) is waits
    assert not waits or said == "waits for the end of the quiet hours (22:00-07:00)"


def test_a_silence_says_until_when_and_by_whom() -> None:
    given = Silence("s1", ("checkout",), "slack:U1", "Ada (Slack)", MIDNIGHT, MIDNIGHT + 15 * 3600)
    noon = MIDNIGHT + 12 * 3600
    assert hush(ONE, [given], QUIET, noon) == "silenced until 15:00: checkout, by Ada (Slack)"
    assert hush(ONE, [], QUIET, noon) == ""
