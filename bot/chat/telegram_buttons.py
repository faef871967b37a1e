"""The buttons of a card as an inline keyboard, and a pressed button back again. Pure.

A button's data is `a:<proposal>:<digest token>` (approve; the other verbs have other letters), at most 64 bytes.
Source: https://core.telegram.org/bots/api#inlinekeyboardbutton.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.telegram_html import cut, inert, units
from bot.domain.card import Button, Verb

LABEL_UNITS = 64
MOST = 100  # buttons in one message
ROW_KEYS = 3
ROW_UNITS = 36
"""What the labels of one row may take so that a phone shows all of them."""
_LETTERS: dict[Verb, str] = {
    "approve": "a", "reject": "r", "stand": "s", "revoke": "v", "stop": "x", "go": "g", "ack": "k", "silence": "q",
    "unsilence": "u", "harmless": "n", "helpful": "h", "wrong": "w", "retune": "t", "adjust": "j",
}  # fmt: skip
_ICONS: dict[Verb, str] = {
    "ack": "👀 ", "silence": "🔕 ", "helpful": "👍 ", "wrong": "👎 ",
}  # fmt: skip
_BOUND: frozenset[Verb] = frozenset({"approve", "stand", "reject", "silence"})
"""What means nothing without its digest."""
_VERBS: dict[str, Verb] = {letter: verb for verb, letter in _LETTERS.items()}


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Rows of one subject and group. None for no buttons, which also takes old ones off an edited message."""
    if not buttons:
        return None
    groups = groupby(buttons[:MOST], key=lambda button: button.group)
    return InlineKeyboardMarkup([row for _, group in groups for row in _rows([_key(button) for button in group])])


def _rows(keys: Iterable[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """The keys in rows as wide as a phone: all keys of a row are as wide as its longest label."""
    rows: list[list[InlineKeyboardButton]] = []
    for key in keys:
        row = [*rows[-1], key] if rows else [key]
        if len(row) > 1 and len(row) <= ROW_KEYS and len(row) * max(units(one.text) for one in row) <= ROW_UNITS:
            rows[-1] = row
        else:
            rows.append([key])
    return rows


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
