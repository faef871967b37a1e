"""What people write after a mention: a command when it is one, else a question."""

import pytest

from bot.chat.mentions import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("  ", ()),
        ("status", ("status",)),
        ("Show 3f2a", ("show", "3f2a")),
        ("ack", ("ack",)),
        ("unsilence payments", ("unsilence", "payments")),
        ("ask 3f2a what changed?", ("ask", "3f2a", "what", "changed?")),
        ("what changed", ("ask", "what", "changed")),
        ("why", ("why",)),
        ("why did it fail?", ("ask", "why", "did", "it", "fail?")),
        ("stop the deploy goes wrong", ("stop", "the", "deploy", "goes", "wrong")),
        ("go", ("go",)),
        ("go on, what happened", ("ask", "go", "on,", "what", "happened")),
    ],
)
def test_a_known_word_is_a_command_and_the_rest_are_questions(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words
