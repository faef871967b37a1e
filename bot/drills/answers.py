"""What people must be told."""

from bot.domain.people import Answer


def accepted(answer: Answer) -> list[str]:
    """Nothing, when a click had its effect; else what it was told instead."""
    return [] if answer.accepted else [f"refused: {answer.text}"]


def refused(answer: Answer, words: str) -> list[str]:
    """Nothing, when a click was refused with these words; else what it was told instead."""
    if answer.accepted:
        return [f"accepted: {answer.text}"]
    return [] if words in answer.text else [f"told {answer.text!r}, not {words!r}"]
