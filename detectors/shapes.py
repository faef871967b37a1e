"""The shape of a masked log line: words between signs; which words may vary, and how many values prove that they do."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, takewhile
from typing import TypeAlias

from detectors.masks import MASK

Words: TypeAlias = tuple[str, ...]
Values: TypeAlias = dict[int, dict[str, None]]

ANY = " "
"""Stands for a parameter among the words of a template; no word is a space."""
PLACES = 60
"""Words that are told apart. What follows is one word more."""
PAIRS = 20
"""Pairs of words whose variety is looked at together."""

_SIGNS = re.compile(r"((?:\.{2,}|[ =:,;()\[\]{}\"'|]|<(?!\*>)|(?<!\*)>)+)")
_KEYED = re.compile(r"= ?[\"']?$")
_VALUED = re.compile(r"(?:[^ ]|[=:] )$")
_JOINTS = frozenset(":,|")
_UNIT = re.compile(r"(?:[kKMGTP]?i?[bB]|bytes?|[nuµm]?s|secs?|seconds?|mins?|minutes?|hours?|days?|[kKMG]?Hz|%)[.,]?")
_NAME = re.compile(r"[_.@/\\#$+~-]|[a-z][A-Z]")
_DIGIT = re.compile(r"\d")

# A text in quotes is one word: its blanks and signs are kept as characters that no line has left.
_QUOTED = re.compile(r'"[^"<>]{1,200}"')
_GLUE = str.maketrans({" ": "\x1c", ",": "\x1d", ":": "\x1e", "=": "\x1f"})
_LOOSE = {ord(glued): plain for plain, glued in zip(" ,:=", "\x1c\x1d\x1e\x1f", strict=True)}

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_TIME = re.compile(  # one that has names in it
    rf"(?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?\b(?:{_MONTHS}) <\*> <\*>:<\*>:<\*>(?: [A-Z]{{3,4}}\b)?(?: <\*>)?"
)
_REQUEST = re.compile(r"\b([A-Z]{3,7}) \S+ HTTP/(?:[\d.]+|<\*>)")
_LIST = re.compile(r"<\*>(?:,? <\*>){7,}")


@dataclass(slots=True)
class Template:
    """One template of a `detectors.mining.Miner`.

    name: stays what it was when the template becomes wider.
    words: between `signs`; ANY for a parameter.
    last: the batch in which it was seen.
    values: those that each parameter was seen to have, up to a number.
    """

    number: int
    name: str
    words: Words
    signs: Words
    last: int
    lines: int = 0
    values: Values = field(default_factory=dict)


def parts(masked: str) -> tuple[Words, Words]:
    """The words of a masked line and the signs between them; what is variable beyond one word is masked here."""
    text = _LIST.sub(MASK, _REQUEST.sub(rf"\1 {MASK}", _TIME.sub(MASK, masked)))
    text = _QUOTED.sub(lambda found: found[0].translate(_GLUE), text)
    both = _SIGNS.split(text, PLACES)
    return tuple(both[::2]), tuple(both[1::2])


def without(words: Sequence[str], places: Iterable[int]) -> Words:
    """The words with ANY in these places."""
    left = list(words)
    for place in places:
        left[place] = ANY
    return tuple(left)


def candidates(words: Sequence[str], signs: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """The places that may turn out to vary: each word; pairs of names or values; all values of keys together."""
    fixed = [place for place, word in enumerate(words) if word not in ("", ANY)]
    for place in fixed:
        yield (place,)
    weak = [place for place in fixed if words[place] != MASK and _is_value(words, signs, place)]
    yield from islice(combinations(weak, 2), PAIRS)
    keyed = tuple(place for place in fixed if place and _KEYED.search(signs[place - 1]))
    if len(keyed) > 2:
        yield keyed


def varies(template: Template, place: int, values: set[str]) -> bool:
    """Whether so many values in a place, with all else the same, mean a parameter.

    Few are enough for units, ids and names, many are needed for plain words, most for the first word of a line.
    """
    masked = MASK in values
    return 1 < len(values) >= max(_enough(template, place, value, masked) for value in values)


def text_of(template: Template) -> str:
    """The template with `<*>` for what varies. A unit that varies belongs to its value, and then so do the others."""
    units = {place for place, seen in template.values.items() if all(map(_UNIT.fullmatch, seen))}
    words = [
        _common(template.values, place) + MASK if word == ANY else word for place, word in enumerate(template.words)
    ]
    signs = [*template.signs, ""]
    for place in range(1, len(words)):
        belongs = place in units or (units and _UNIT.fullmatch(words[place]))
        if belongs and signs[place - 1] == " " and words[place - 1].endswith(MASK):
            words[place] = signs[place - 1] = ""
    return "".join(part for pair in zip(words, signs, strict=True) for part in pair).translate(_LOOSE)


def _is_value(words: Sequence[str], signs: Sequence[str], place: int) -> bool:
    word = words[place]
    joined = place < len(signs) and signs[place] in _JOINTS  # the first part of what has several
    return bool(joined or _DIGIT.search(word) or _NAME.search(word) or (place and _VALUED.search(signs[place - 1])))


def _enough(template: Template, place: int, value: str, masked: bool) -> int:
    """How many values it takes where this is one; `masked`: another varies by itself, so a digit proves the place."""
    if value == MASK or _UNIT.fullmatch(value) or (masked and _DIGIT.search(value)):
        return 2
    if _DIGIT.search(value):
        return 4
    if _NAME.search(value):
        return 4 if place else 6
    if not place:
        return 20
    return 5 if template.signs[place - 1].endswith(("=", "= ", '"', "'", ": ")) else 6


def _common(values: Mapping[int, Iterable[str]], place: int) -> str:
    """What names with dots have in common, if it is two parts or more: `org.example.` of `org.example.Cart`."""
    named = [value.split(".")[:-1] for value in values.get(place, ()) if value != MASK]
    if len(named) < 2:
        return ""
    low, high = min(named), max(named)  # what these two begin with, all do
    same = list(takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False)))
    return "".join(f"{part}." for part, _ in same) if len(same) >= 2 else ""
