"""The buttons of a card as an inline keyboard, and a pressed button back again. Pure.

A button's data is `a:<proposal>:<digest token>` (approve; the other verbs have other letters), at most 64 bytes.
Source: https://core.telegram.org/bots/api#inlinekeyboardbutton.
"""

from collections.abc import Sequence
from itertools import groupby

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.telegram_html import cut, inert
from bot.domain.card import Button, Verb

LABEL_UNITS = 64
MOST = 100  # buttons in one message
_LETTERS: dict[Verb, str] = {
    "approve": "a", "reject": "r", "stand": "s", "revoke": "v", "stop": "x", "go": "g", "ack": "k", "silence": "q",
    "unsilence": "u", "harmless": "n", "helpful": "h", "wrong": "w", "retune": "t",
}  # fmt: skip
_ICONS: dict[Verb, str] = {
    "ack": "👀 ", "silence": "🔕 ", "helpful": "👍 ", "wrong": "👎 ",
}  # fmt: skip
_BOUND: frozenset[Verb] = frozenset({"approve", "stand", "reject", "silence"})
"""What means nothing without its digest."""
_VERBS: dict[str, Verb] = {letter: verb for verb, letter in _LETTERS.items()}


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """One row a subject and group. None when there are no buttons, which also takes old ones off an edited message."""
    if not buttons:
        return None
    rows = groupby(buttons[:MOST], key=lambda button: button.group)
    return InlineKeyboardMarkup([[_key(button) for button in row] for _, row in rows])


def pressed(data: str) -> tuple[Verb, str, str] | None:
    """Verb, subject and digest of a pressed button; None when the data is not ours."""
    letter, _, rest = data.partition(":")
    subject, _, digest = rest.partition(":")
    verb = _VERBS.get(letter)
    return (verb, subject, digest) if verb and subject and (digest or verb not in _BOUND) else None


def _key(button: Button) -> InlineKeyboardButton:
    data = f"{_LETTERS[button.verb]}:{button.subject}:{button.digest}"
    label = _ICONS.get(button.verb, "") + (inert(button.label).strip() or button.verb)
    return InlineKeyboardButton(cut(label, LABEL_UNITS), callback_data=data)
