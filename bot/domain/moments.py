"""Times in a card that each surface may write for its own readers: Slack in each reader's zone, others as they are.

A card's text is plain, so a time in it is marked by characters that no script uses, and by a key of this process:
text from outside cannot make one.
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo

from bot.domain.card import Card
from bot.domain.words import clock_time, until_time

_OPEN, _CLOSE, _KEY = "\ue000", "\ue001", secrets.token_hex(4)
_CUT = re.compile(rf"{_OPEN}{_KEY}[^{_CLOSE}]*$")
_MARK = re.compile(rf"{_OPEN}{_KEY} (\d+) ([^{_OPEN}{_CLOSE}]*){_CLOSE}")


def at(when: float, zone: tzinfo) -> str:
    """A marked time; `14:03:22` in the zone where the surface knows no better."""
    return _marked(when, clock_time(when, zone))


def until(when: float, zone: tzinfo) -> str:
    """A marked time; `14:03` in the zone where the surface knows no better."""
    return _marked(when, until_time(when, zone))


def split(text: str) -> Iterator[tuple[str, int | None]]:
    """The text in parts: each with the epoch second that it stands for, or with none.

    A time that was cut in two at the end is left out.
    """
    end = 0
    for found in _MARK.finditer(text):
        yield text[end : found.start()], None
        yield found[2], int(found[1])
        end = found.end()
    yield _CUT.sub("", text[end:]), None


def flat(text: str) -> str:
    """The text with its times in the config's zone."""
    return "".join(part for part, _ in split(text))


def flattened(card: Card) -> Card:
    """The card with its times in the config's zone."""
    sections = tuple(replace(one, lines=tuple(flat(line) for line in one.lines)) for one in card.sections)
    return replace(card, sections=sections, footer=flat(card.footer))


def _marked(when: float, words: str) -> str:
    return f"{_OPEN}{_KEY} {max(0, int(when))} {words}{_CLOSE}"
