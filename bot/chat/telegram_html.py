"""A card as Telegram HTML. Pure.

Telegram counts a message's length in UTF-16 units after parsing, and refuses the whole message when a tag or an
entity is cut in two. So plain text is measured and cut first, and only then escaped and wrapped.
Source: https://core.telegram.org/bots/api#html-style and #sendmessage.
"""

import html
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.domain import moments
from bot.domain.card import Card, Image, Section, Tone

MESSAGE_UNITS = 4096
CAPTION_UNITS = 1024
TITLE_UNITS = 256
FOOTER_UNITS = 300
LINE_UNITS = 700
SECTION_UNITS = (4096, 2000, 1200, 800, 500, 300, 150)
"""What a section may take: the first that makes everything fit, so that a long log never pushes out the offer."""
MARKED = 96
"""Formatted stretches in the sections: Telegram shows 100 in a message, and title, footer and link have theirs."""
CUT = "…"

_MARKS: dict[Tone, str] = {"critical": "🔴", "warning": "🟠", "info": "🔵", "good": "🟢"}
_ZWJ = "\u200d"  # joins emoji; harmless, unlike the other format characters
_WORD_JOINER = "\u2060"  # invisible, and what follows an @ is then no name


@dataclass(frozen=True, slots=True)
class Piece:
    """Plain text and the tags around it. `text` is what the reader sees and what counts against the limit."""

    text: str
    before: str = ""
    after: str = ""

    @property
    def html(self) -> str:
        """The piece as HTML."""
        return f"{self.before}{html.escape(self.text, quote=False)}{self.after}"


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` units (1 or more), with an ellipsis where something was left out."""
    if units(text) <= limit:
        return text
    raw = text.encode("utf-16-le", "replace")[: 2 * (limit - units(CUT))]
    return raw.decode("utf-16-le", "ignore") + CUT


def inert(text: str) -> str:
    """The text without characters that hide or turn other text, and with mentions that mention nobody.

    Tabs and line ends stay. Other controls and lone surrogates become U+FFFD, so that they are seen;
    invisible format characters (bidi overrides, zero-width marks) are dropped.
    """
    return "".join(_inert(char) for char in text.replace("\r\n", "\n"))


def _inert(char: str) -> str:
    if char == "@":
        return "@" + _WORD_JOINER
    if char in "\n\t" or char == _ZWJ:
        return char
    match unicodedata.category(char):
        case "Cc" | "Cs":
            return "\ufffd"
        case "Cf":
            return ""
        case "Zl" | "Zp":
            return " "
        case _:
            return char


def plain(text: str) -> str:
    """Words without markup, as one HTML message. Never empty, since Telegram refuses an empty message."""
    return Piece(cut(inert(text[: 4 * MESSAGE_UNITS]).strip(), MESSAGE_UNITS) or CUT).html


def caption_of(image: Image) -> str:
    """What stands below a picture: its title, and in words what it shows."""
    title = Piece(_one_line(image.title, TITLE_UNITS) or CUT, "<b>", "</b>")
    return title.html + Piece("\n" + _one_line(image.alt, CAPTION_UNITS - TITLE_UNITS - 1)).html


def render(card: Card) -> str:
    """The card as one HTML message of at most 4096 units after parsing.

    Title, footer and link are always there; the sections share the room between.
    """
    card = moments.flattened(card)
    head = [Piece(f"{_MARKS[card.tone]} "), _title(card)]
    tail = list(_tail(card))
    body = _body(card.sections, MESSAGE_UNITS - _size(head) - _size(tail))
    return "".join(piece.html for piece in (*head, *body, *tail))


def _size(pieces: Iterable[Piece]) -> int:
    return sum(units(piece.text) for piece in pieces)


def _fits(pieces: Iterable[Piece], room: int) -> bool:
    every = list(pieces)
    return _size(every) <= room and sum(bool(piece.before) for piece in every) <= MARKED


def _body(sections: Sequence[Section], room: int) -> list[Piece]:
    """All sections, each as long as lets everything fit; with very many sections, the first ones."""
    for limit in SECTION_UNITS:
        body = [piece for section in sections for piece in _section(section, limit)]
        if _fits(body, room):
            return body
    kept: list[Piece] = []
    rest = Piece(f"\n\n{CUT}")
    for section in sections:
        pieces = _section(section, SECTION_UNITS[-1])
        if not _fits([*kept, *pieces, rest], room):
            break
        kept.extend(pieces)
    return [*kept, rest]


def _one_line(text: str, limit: int) -> str:
    return cut(" ".join(inert(text[: 4 * limit]).split()), limit)


def _title(card: Card) -> Piece:
    return Piece(_one_line(card.title, TITLE_UNITS) or CUT, "<b>", "</b>")


def _section(section: Section, limit: int) -> list[Piece]:
    heading = _one_line(section.heading, TITLE_UNITS)
    lines = "\n".join(_within(section.lines, limit))
    pieces = [Piece("\n")]
    if heading:
        pieces += [Piece("\n"), Piece(heading, "<b>", "</b>")]
    if lines.strip():
        pieces += [Piece("\n"), Piece(lines, "<pre>", "</pre>") if section.mono else Piece(lines)]
    return pieces


def _within(lines: Iterable[str], limit: int) -> Iterable[str]:
    """The lines that a section has room for, each cut to its own limit."""
    for line in lines:
        short = cut(inert(line[: 4 * LINE_UNITS]).rstrip(), min(LINE_UNITS, limit))
        limit -= units(short) + 1
        if limit < 0:
            yield CUT
            return
        yield short


def _address(link: str) -> str:
    """The link with everything that may not stand in an address percent-encoded."""
    return quote(link, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")


def _tail(card: Card) -> Iterable[Piece]:
    if card.footer:
        yield Piece("\n\n")
        yield Piece(_one_line(card.footer, FOOTER_UNITS), "<i>", "</i>")
    if card.link.startswith(("http://", "https://")):
        yield Piece("\n\n")
        yield Piece("Open the incident", f'<a href="{html.escape(_address(card.link))}">', "</a>")
