"""Telegram's HTML, parsed as strictly as the Bot API server does, and then as strictly as its documentation asks.

Source: https://core.telegram.org/bots/api#html-style (tags, attributes, entities, nesting) and
https://core.telegram.org/bots/api#date-time-entity-formatting.
"""

import re
from dataclasses import dataclass, field

from tests.strict.shapes import HARMFUL, units

STYLES = frozenset(("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler"))
TAGS = STYLES | {"a", "tg-emoji", "tg-time", "code", "pre", "blockquote"}
ATTRIBUTES = {
    "a": {"href": r"(?:https?|tg|mailto|tel):\S+"},
    "span": {"class": "tg-spoiler"},
    "tg-emoji": {"emoji-id": r"\d+"},
    "tg-time": {"unix": r"\d+", "format": "r|w?[dD]?[tT]?"},
    "code": {"class": r"language-\S+"},
    "blockquote": {"expandable": ""},
}
"""The attributes of each tag, and what they must be like."""
NEEDED = {"a": {"href"}, "span": {"class"}, "tg-emoji": {"emoji-id"}, "tg-time": {"unix"}}
MOST_ENTITIES = 100
"""A message has at most 100 entities; the server drops those after them."""

_TOKEN = re.compile(r"<(?P<close>/)?(?P<tag>[^\s<>/]*)(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>|<|[^<]+")
_ENTITY = re.compile(r"&(?:(?P<name>lt|gt|amp|quot)|#(?P<ten>\d{1,7})|#[xX](?P<sixteen>[0-9a-fA-F]{1,6}));")
_ATTRIBUTE = re.compile(r"""\s+(?P<name>[a-zA-Z-]+)(?:=(?:"(?P<double>[^"<>]*)"|'(?P<single>[^'<>]*)'))?""")
_MENTION = re.compile(r"(?<![A-Za-z0-9_])@[A-Za-z0-9_]{2,}")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class BadMarkupError(Exception):
    """What the server says after "can't parse entities: ", or which rule of the documentation is broken."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One formatted stretch: offset and length in UTF-16 units, and the value of its attribute."""

    tag: str
    offset: int
    length: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text as people see it, and its entities."""

    text: str
    entities: tuple[Entity, ...]


@dataclass(slots=True)
class _Reader:
    text: str = ""
    open: list[tuple[str, int, str]] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def start(self, tag: str, rest: str, at: int) -> None:
        if tag not in TAGS:
            raise BadMarkupError(f'Unsupported start tag "{tag}" at byte offset {at}')
        value = _attributes(tag, rest, at)
        self._fits(tag, value, at)
        self.open.append((tag, units(self.text), value))

    def _fits(self, tag: str, value: str, at: int) -> None:
        """Styles may hold and be part of all but pre and code; the others do not hold each other, but for quotes."""
        outer = [name for name, _, _ in self.open]
        if tag == "code" and outer[-1:] == ["pre"]:
            outer.pop()
        elif tag == "code" and value:
            raise BadMarkupError(f"a language stands only on code inside pre, at byte offset {at}")
        barred = {"pre", "code"} & {*outer}
        if tag not in STYLES:
            fine = {"blockquote"} if tag != "blockquote" else set()
            barred |= {*outer} - fine - (STYLES if tag not in {"pre", "code"} else set())
        if barred:
            raise BadMarkupError(f'"{tag}" may not stand inside {sorted(barred)} at byte offset {at}')

    def end(self, tag: str, rest: str, at: int) -> None:
        if rest.strip():
            raise BadMarkupError(f"Unclosed end tag at byte offset {at}")
        if not self.open:
            raise BadMarkupError(f"Unexpected end tag at byte offset {at}")
        name, start, value = self.open.pop()
        if name != tag:
            raise BadMarkupError(f'Unmatched end tag at byte offset {at}, expected "</{name}>", found "</{tag}>"')
        if units(self.text) > start:
            self.entities.append(Entity(tag, start, units(self.text) - start, value))


def parse(source: str) -> Parsed:
    """Parses a message with parse_mode HTML.

    Raises:
        BadMarkupError: an unknown, unclosed or wrongly nested tag, a bad attribute, or a bare `<`, `>` or `&`.
    """
    reader = _Reader()
    for token in _TOKEN.finditer(source):
        at = len(source[: token.start()].encode("utf-8", "surrogatepass"))
        tag = (token["tag"] or "").lower()
        if token[0] == "<":
            raise BadMarkupError(f"Unclosed start tag at byte offset {at}")
        if token["tag"] is None:
            reader.text += _decoded(token[0], at)
        elif token["close"]:
            reader.end(tag, token["rest"], at)
        else:
            reader.start(tag, token["rest"], at)
    if reader.open:
        raise BadMarkupError(f'Can\'t find end tag corresponding to start tag "{reader.open[-1][0]}"')
    return Parsed(reader.text.strip(), tuple(reader.entities))


def faults(source: str) -> list[str]:
    """What is wrong with a text in HTML, beside its length."""
    try:
        parsed = parse(source)
    except BadMarkupError as error:
        return [f"can't parse entities: {error}"]
    found = (
        [f"{len(parsed.entities)} entities, {MOST_ENTITIES} are shown"] if len(parsed.entities) > MOST_ENTITIES else []
    )
    if harm := HARMFUL.search(parsed.text):
        found.append(f"has the character U+{ord(harm[0]):04X}")
    if named := _MENTION.search(parsed.text):
        found.append(f"mentions {named[0][:40]}")
    return found


def _decoded(text: str, at: int) -> str:
    """All <, > and & that are not part of a tag or an entity must be replaced with the entities."""
    bare = re.search("[>&]", _ENTITY.sub("", text))
    if bare:
        raise BadMarkupError(f'a bare "{bare[0]}" in the text at byte offset {at}')
    return _ENTITY.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found["name"]:
        return _NAMED[found["name"]]
    code = int(found["ten"]) if found["ten"] else int(found["sixteen"], 16)
    return chr(code) if 0 < code < 0x10FFFF else found[0]


def _attributes(tag: str, rest: str, at: int) -> str:
    """The value of the first attribute, once all are known to be right."""
    known, left = ATTRIBUTES.get(tag, {}), rest
    values: dict[str, str] = {}
    while one := _ATTRIBUTE.match(left):
        left = left[one.end() :]
        value = _decoded(one["double"] if one["double"] is not None else one["single"] or "", at)
        if one["name"] not in known or not re.fullmatch(known[one["name"]], value):
            raise BadMarkupError(f'the tag "{tag}" has no attribute {one[0].strip()[:60]!r} at byte offset {at}')
        values[one["name"]] = value
    if left.strip():
        raise BadMarkupError(f'Unexpected end of name token in the tag "{tag}" at byte offset {at}')
    if lacking := NEEDED.get(tag, set()) - values.keys():
        raise BadMarkupError(f'the tag "{tag}" lacks {sorted(lacking)} at byte offset {at}')
    return next(iter(values.values()), "")
