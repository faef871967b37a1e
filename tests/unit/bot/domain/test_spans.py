from zoneinfo import ZoneInfo

import pytest

from bot.domain.spans import until

BERLIN = ZoneInfo("Europe/Berlin")
NOON = 1_800_010_800.0
"""12:00 in Berlin."""


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("2h", 7200), ("45m", 2700), ("45 min", 2700), ("1D", 86_400), ("1w", 604_800), ("tomorrow", 20 * 3600)],
)
def test_spans_as_people_write_them(words: str, seconds: float) -> None:
    assert until(words, NOON, BERLIN) - NOON == seconds


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "says not for how long"),
        ("soon", "'soon' says not for how long: write 30m, 2h, 1d or tomorrow"),
        ("2x", "says not for how long"),
        ("0m", "too short"),
        ("60d", "too long: one minute to 30 days"),
        ("99999w", "too long"),
        ("-2h", "says not for how long"),
    ],
)
def test_what_is_no_span_is_said(words: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^.+$") as caught:
        until(words, NOON, BERLIN)
    assert said in str(caught.value)


def test_tomorrow_is_eight_in_the_morning_also_when_the_clocks_change() -> None:
    before = 1_774_695_600.0  # Saturday noon in Berlin; the clocks go forward at two in the night
    assert until("tomorrow", before, BERLIN) - before == 19 * 3600
