import pytest

from bot.chat.telegram_buttons import keyboard, pressed
from bot.domain.card import Button, Verb

ID, TOKEN = "abcdef012345", "d" * 32


def test_each_proposal_has_its_row() -> None:
    markup = keyboard(
        [
            Button("approve", "Approve", ID, TOKEN),
            Button("reject", "Reject", ID, TOKEN),
            Button("approve", "Approve", "zzzzzz999999", TOKEN),
        ]
    )
    assert markup is not None
    assert [[key.text for key in row] for row in markup.inline_keyboard] == [["Approve", "Reject"], ["Approve"]]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["1 h", "4 h", "8 h", "9 h"], [3, 1]),
        (["1 h", "4 h", "until tomorrow"], [2, 1]),
        (["Approve: restart payments", "Reject"], [1, 1]),
        (["👍" * 12, "x"], [1, 1]),
    ],
)
def test_a_row_is_no_wider_than_a_phone(labels: list[str], rows: list[int]) -> None:
    markup = keyboard([Button("silence", label, ID, "1h") for label in labels])
    assert markup is not None
    assert [len(row) for row in markup.inline_keyboard] == rows


def test_no_buttons_is_no_keyboard() -> None:
    assert keyboard([]) is None


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_a_button_comes_back_as_it_was_made(verb: Verb) -> None:
    markup = keyboard([Button(verb, "x" * 300, ID, TOKEN)])
    assert markup is not None
    key = markup.inline_keyboard[0][0]
    assert isinstance(key.callback_data, str)
    assert len(key.callback_data.encode()) <= 64
    assert len(key.text) <= 64
    assert pressed(key.callback_data) == (verb, ID, TOKEN)


@pytest.mark.parametrize("label", ["", " ", "\u200b", "\n"])
def test_a_button_without_a_label_says_its_verb(label: str) -> None:
    markup = keyboard([Button("approve", label, ID, TOKEN)])
    assert markup is not None
    assert markup.inline_keyboard[0][0].text == "approve"


def test_the_first_hundred_buttons_are_kept() -> None:
    markup = keyboard([Button("approve", "x", f"{place // 3:012}", TOKEN) for place in range(150)])
    assert markup is not None
    assert sum(len(row) for row in markup.inline_keyboard) == 100


@pytest.mark.parametrize("data", ["", "a", "a:", "a:x", "a:x:", "a::y", "b:x:y", "approve:x:y", ":::"])
def test_other_data_is_not_ours(data: str) -> None:
    assert pressed(data) is None
