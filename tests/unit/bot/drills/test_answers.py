import pytest

from bot.domain.people import Answer
from bot.drills.answers import accepted, refused

YES, NO = Answer("approved by Ada (Slack)"), Answer("this proposal has expired; a new one", accepted=False)


def test_an_accepted_click() -> None:
    assert accepted(YES) == []
    assert accepted(NO) == ["refused: this proposal has expired; a new one"]


@pytest.mark.parametrize(
    ("answer", "words", "wrong"),
    [
        (NO, "has expired", []),
        (NO, "may not decide", ["told 'this proposal has expired; a new one', not 'may not decide'"]),
        (YES, "approved", ["accepted: approved by Ada (Slack)"]),
    ],
)
def test_a_refused_click_is_told_why(answer: Answer, words: str, wrong: list[str]) -> None:
    assert refused(answer, words) == wrong
