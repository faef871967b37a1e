"""Checks of JSON values that are put together from small ones. A check yields one line for each fault, with its place.

button = shape({"type": choice("button"), "text": string(75)}, {"value": string(2000)})
assert list(button({"type": "button"}, "/blocks/0")) == ["/blocks/0: lacks text"]
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]
Check: TypeAlias = Callable[[Any, str], Iterator[str]]
Rule: TypeAlias = Callable[[Json], Iterator[str]]
"""A rule about several keys of one object at once."""

HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no reader shall meet: controls, marks that turn the direction of writing, halves of surrogate pairs."""


def units(text: str) -> int:
    """The length in UTF-16 code units: both platforms count so, or less."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(most: int, least: int = 1, pattern: str = "") -> Check:
    """A text of so many UTF-16 units, without harmful characters."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{where}: must be a string, not {type(value).__name__}"
            return
        if units(value) > most:
            yield f"{where}: must be less than {most + 1} characters"
        if units(value) < least or (least and not value.strip()):
            yield f"{where}: must be more than {max(0, least - 1)} characters"
        if found := HARMFUL.search(value):
            yield f"{where}: has the character U+{ord(found[0]):04X}"
        if pattern and not re.fullmatch(pattern, value):
            yield f"{where}: {value[:60]!r} is not like {pattern}"

    return check


def octets(most: int, least: int = 1) -> Check:
    """A text of so many bytes in UTF-8."""

    def check(value: Any, where: str) -> Iterator[str]:
        size = len(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else -1
        if not least <= size <= most:
            yield f"{where}: must be a string of {least} to {most} bytes"

    return check


def whole(least: int, most: int = 2**52) -> Check:
    """A whole number."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"{where}: must be a whole number from {least} to {most}"

    return check


def choice(*known: Any) -> Check:
    """One of these values."""

    def check(value: Any, where: str) -> Iterator[str]:
        if value not in known:
            yield f"{where}: must be one of {known}, not {str(value)[:60]!r}"

    return check


def flag(value: Any, where: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{where}: must be true or false"


def items(each: Check, most: int, least: int = 1) -> Check:
    """A list of so many."""

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where}: must be an array"
            return
        if not least <= len(value) <= most:
            yield f"{where}: {least} to {most} items allowed, not {len(value)}"
        for place, one in enumerate(value):
            yield from each(one, f"{where}/{place}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Rule) -> Check:
    """An object with these keys and no others. The rules are asked once the keys are right."""
    known = {**required, **(optional or {})}

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{where}: must be an object"
            return
        faults = [f"{where}: lacks {name}" for name in required if name not in value]
        faults += [f"{where}: invalid additional property: {name}" for name in value if name not in known]
        for name, one in value.items():
            faults += known[name](one, f"{where}/{name}") if name in known else ()
        yield from faults
        for rule in () if faults else rules:
            yield from (f"{where}: {fault}" for fault in rule(value))

    return check


def tagged(known: Mapping[str, Check]) -> Check:
    """An object of one of several types; its `type` says which."""

    def check(value: Any, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, Mapping) else None
        inner = known.get(str(kind))
        yield from inner(value, where) if inner else (f"{where}: unsupported type: {kind}",)

    return check


def either(*names: str) -> Rule:
    """Exactly one of these keys is there."""

    def rule(value: Json) -> Iterator[str]:
        if sum(name in value for name in names) != 1:
            yield f"must have exactly one of {', '.join(names)}"

    return rule
