import pytest

from bot.config.duration import seconds


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("250ms", 0.25),
        ("15s", 15.0),
        ("10m", 600.0),
        ("2h", 7200.0),
        ("7d", 604_800.0),
        ("1w", 604_800.0),
        ("1.5h", 5400.0),
        (" 30 s ", 30.0),
        (30, 30.0),
        (0, 0.0),
        (0.5, 0.5),
    ],
)
def test_durations_in_seconds(value: object, expected: float) -> None:
    assert seconds(value) == pytest.approx(expected)


@pytest.mark.parametrize(
    "value",
    ["", "soon", "15", "s", "-5s", "1h30m", "1,5h", "15S", "５s5", None, True, [], -1, float("nan"), float("inf")],
)
def test_anything_else_is_refused_with_examples(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not a duration: write 15s, 10m, 2h or 7d$"):
        seconds(value)


def test_what_is_shown_of_a_long_value_is_cut() -> None:
    with pytest.raises(ValueError, match=r"^'x{40}' is not"):
        seconds("x" * 4000)
