import pytest

from bot.drills.clicks import judge

WON, TOLD = ("approved by Ada (Slack)", True), ("already approved by Ada (Slack)", False)


@pytest.mark.parametrize(
    ("answers", "begun", "wrong"),
    [
        ([WON, TOLD, TOLD], [0, 1, 0], []),
        ([WON, WON, TOLD], [0, 1, 0], ["2 winners, 1 runs"]),
        ([TOLD, TOLD], [0, 0, 0], ["0 winners, 0 runs"]),
        ([WON, TOLD], [1, 1, 0], ["1 winners, 2 runs"]),
        ([WON, ("already approved by Ben (Telegram)", False)], [1], ["told: already approved by Ben (Telegram)"]),
        ([WON, ("nothing was decided: locked", False)], [1], ["told: nothing was decided: locked"]),
    ],
)
def test_one_wins_one_runs_and_the_others_are_told_who(
    answers: list[tuple[str, bool]], begun: list[int], wrong: list[str]
) -> None:
    assert judge(answers, begun) == wrong
