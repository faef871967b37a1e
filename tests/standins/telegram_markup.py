"""Telegram's HTML, parsed as strictly as the Bot API server does: https://core.telegram.org/bots/api#html-style."""

import html
import re
from dataclasses import dataclass

STYLES = ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del")
TAGS = frozenset((*STYLES, "span", "tg-spoiler", "a", "tg-emoji", "code", "pre", "blockquote"))
_TOKEN = re.compile(r"<(?P<close>/)?(?P<tag>[A-Za-z][A-Za-z0-9-]*)(?P<attributes>(?:\s+[^<>]*)?)\s*>|<|[^<]+")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#[xX][0-9a-fA-F]+);")
_HREF = re.compile(r"""\bhref=(?:"([^"]*)"|'([^']*)')""")
_ATTRIBUTES = re.compile(r"""(?:\s+[a-z-]+(?:=(?:"[^"<>]*"|'[^'<>]*'))?)*\s*""")


class BadMarkupError(Exception):
    """What the server says after "can't parse entities: "."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One formatted stretch: offset and length in UTF-16 units."""

    tag: str
    offset: int
    length: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text as people see it, and its entities."""

    text: str
    entities: tuple[Entity, ...]


def units(text: str) -> int:
    """UTF-16 code units; a lone surrogate cannot be sent at all."""
    return len(text.encode("utf-16-le")) // 2


def parse(source: str) -> Parsed:
    """Parses a message with parse_mode HTML.

    Raises:
        BadMarkupError: an unknown, unclosed or wrongly nested tag, or a bare `<`.
    """
    text = ""
    entities: list[Entity] = []
    opened: list[tuple[str, int, str]] = []
    for token in _TOKEN.finditer(source):
        at = len(source[: token.start()].encode())
        tag = (token["tag"] or "").lower()
        if not tag and token[0] == "<":
            raise BadMarkupError(f"Unclosed start tag at byte offset {at}")
        if not tag:
            text += _ENTITY.sub(lambda found: html.unescape(found[0]), token[0])
        elif token["close"]:
            entities.append(_closed(tag, opened, units(text), at))
        else:
            opened.append((tag, units(text), _opened(tag, token["attributes"], at)))
    if opened:
        raise BadMarkupError(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return Parsed(text.strip(), tuple(entities))


def _opened(tag: str, attributes: str, at: int) -> str:
    if tag not in TAGS or not _ATTRIBUTES.fullmatch(attributes):
        raise BadMarkupError(f'Unsupported start tag "{tag}" at byte offset {at}')
    href = _HREF.search(attributes)
    return html.unescape(href[1] or href[2] or "") if href else ""


def _closed(tag: str, opened: list[tuple[str, int, str]], end: int, at: int) -> Entity:
    if not opened:
        raise BadMarkupError(f"Unexpected end tag at byte offset {at}")
    start_tag, start, url = opened.pop()
    if start_tag != tag:
        raise BadMarkupError(f'Unmatched end tag at byte offset {at}, expected "</{start_tag}>", found "</{tag}>"')
    return Entity(tag, start, end - start, url)
