"""Slack's texts: what may stand in them, and what a reader sees of them.

Sources: https://docs.slack.dev/reference/block-kit/composition-objects/text-object and
https://docs.slack.dev/messaging/formatting-message-text (escaping, date tokens, links, basic formatting).
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.strict.shapes import Check, choice, flag, shape, string

# "Replace &, < and > with HTML entities if they are not used for their parsing purpose"; no other entity is decoded.
_BARE = re.compile(r"&(?!(?:amp|lt|gt);)")
_ENTITY = re.compile(r"&(amp|lt|gt);")
_DECODED = {"amp": "&", "lt": "<", "gt": ">"}

# <!date^timestamp^tokens^optional link|fallback>: the fallback is required.
_FORMATS = r"(?:date_num|date|date_short|date_long|date_pretty|date_short_pretty|date_long_pretty|time|time_secs|ago)"
_DATE = rf"<!date\^\d{{1,10}}\^(?:[^\^|<>{{}}]|\{{{_FORMATS}\}})+(?:\^https?://[^\s|<>]+)?\|(?P<fallback>[^|<>\n]+)>"
_LINK = r"<https?://[^\s|<>]+\|(?P<label>[^|<>\n]+)>"
_TOKEN = re.compile(f"{_DATE}|{_LINK}")
"""The only tokens that Steward writes: mentions such as <!channel> and <@U1> and bare <links> are not among them."""

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
# A pair of marks around words formats them; a mark inside a word, or beside a space, stands for itself.
_STYLED = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]*?\S)\1(?![\w*_~])")
_QUOTE = re.compile(r"^(?:>>>|>) ?", re.MULTILINE)


def mrkdwn_faults(text: str) -> Iterator[str]:
    """What is wrong with a text that Slack parses."""
    rest = _TOKEN.sub("", text)
    if found := _BARE.search(rest):
        yield f"& is not escaped: {rest[found.start() : found.start() + 12]!r}"
    if found := re.search("[<>]", rest):
        yield f"{found[0]} is not escaped: {rest[found.start() : found.start() + 30]!r}"
    if rest.count("```") % 2:
        yield "a code block is not closed"


def visible(text: str) -> str:
    """What a reader sees of a mrkdwn text: without the marks, with entities decoded and tokens as their labels."""
    shown, end = "", 0
    for fence in _FENCE.finditer(text):
        shown += _styled(text[end : fence.start()]) + plain(fence[1])
        end = fence.end()
    return shown + _styled(text[end:])


def plain(text: str) -> str:
    """What a reader sees of a plain text: Slack decodes its three entities there too."""
    return _ENTITY.sub(lambda found: _DECODED[found[1]], text)


def _styled(text: str) -> str:
    text = _TOKEN.sub(lambda found: found["fallback"] or found["label"], text)
    text = _QUOTE.sub("", _CODE.sub(r"\1", text))
    before = ""
    while before != text:  # marks nest: *_both_*
        before, text = text, _STYLED.sub(r"\2", text)
    return plain(text)


def _text(most: int) -> Check:
    """A string that is parsed by Slack."""
    inner = string(most)

    def check(value: Any, where: str) -> Iterator[str]:
        faults = list(inner(value, where))
        yield from faults
        if isinstance(value, str):
            yield from (f"{where}: {fault}" for fault in mrkdwn_faults(value))

    return check


def plain_text(most: int) -> Check:
    """A text object of the type plain_text."""
    return shape({"type": choice("plain_text"), "text": _text(most)}, {"emoji": flag})


def any_text(most: int = 3000) -> Check:
    """A text object of either type: 3,000 characters unless where it stands allows fewer."""
    parsed = shape({"type": choice("mrkdwn"), "text": _text(most)}, {"verbatim": flag})
    unparsed = plain_text(most)

    def check(value: Any, where: str) -> Iterator[str]:
        marked = isinstance(value, dict) and value.get("type") == "mrkdwn"
        yield from (parsed if marked else unparsed)(value, where)

    return check


message_text = _text
