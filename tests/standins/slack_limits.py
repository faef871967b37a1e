"""Slack's documented limits, checked strictly and without knowledge of the code that they judge.

Source: the block and object reference on docs.slack.dev, and the methods' error lists. Lengths are in UTF-16 units.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
BUTTON_KEYS = {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"}


def refusal(method: str, message: Json) -> tuple[str, list[str]]:
    """The error code and details with which Slack refuses this message; an empty code when it does not."""
    text, blocks = message.get("text") or "", message.get("blocks") or []
    if not text and not blocks:
        return "no_text", []
    if method == "chat.update" and units(text) > 4000:
        return "msg_too_long", []
    if faults := list(block_faults(blocks)):
        return "invalid_blocks", faults
    if len(json.dumps(blocks, ensure_ascii=False).encode()) > 13_000:
        return "msg_blocks_too_long", []
    return "", []


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def block_faults(blocks: Any) -> Iterator[str]:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "blocks must be an array of objects [json-pointer:/blocks]"
        return
    if len(blocks) > 50:
        yield "no more than 50 items allowed [json-pointer:/blocks]"
    for place, block in enumerate(blocks):
        check = CHECKS.get(str(block.get("type")))
        faults = check(block) if check else iter([f"unsupported type: {block.get('type')}"])
        yield from (f"{fault} [json-pointer:/blocks/{place}]" for fault in faults)
    yield from _repeats("block_id", [block["block_id"] for block in blocks if "block_id" in block])
    elements = [element for block in blocks for element in block.get("elements", ()) if isinstance(element, dict)]
    yield from _repeats("action_id", [element["action_id"] for element in elements if "action_id" in element])


def _repeats(name: str, ids: list[str]) -> Iterator[str]:
    if len(set(ids)) < len(ids):
        yield f"`{name}` must be unique within the message"
    yield from (f"`{name}` must be 1 to 255 characters" for one in ids if not 1 <= units(one) <= 255)


def _keys(thing: Json, allowed: set[str]) -> Iterator[str]:
    yield from (f"invalid additional property: {key}" for key in thing.keys() - allowed - {"block_id"})


def _text(thing: Any, limit: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> Iterator[str]:
    if not isinstance(thing, dict) or thing.get("type") not in kinds or not isinstance(thing.get("text"), str):
        yield f"must be a text object of {kinds}"
        return
    yield from (f"invalid additional property: {key}" for key in thing.keys() - TEXT_KEYS[thing["type"]])
    if not thing["text"].strip():
        yield "must be more than 0 characters"
    if units(thing["text"]) > limit:
        yield f"must be less than {limit + 1} characters"
    try:
        thing["text"].encode()
    except UnicodeEncodeError:
        yield "must be valid unicode"


def _header(block: Json) -> Iterator[str]:
    yield from _keys(block, {"type", "text"})
    yield from _text(block.get("text"), 150, ("plain_text",))


def _section(block: Json) -> Iterator[str]:
    yield from _keys(block, {"type", "text", "fields", "accessory", "expand"})
    if "text" not in block and "fields" not in block:
        yield "missing required field: text or fields"
    if "text" in block:
        yield from _text(block["text"], 3000)
    fields = block.get("fields", [])
    if len(fields) > 10:
        yield "no more than 10 items allowed"
    for field in fields:
        yield from _text(field, 2000)


def _context(block: Json) -> Iterator[str]:
    yield from _keys(block, {"type", "elements"})
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield "1 to 10 items allowed"
    for element in elements:
        yield from _text(element, 3000)


def _actions(block: Json) -> Iterator[str]:
    yield from _keys(block, {"type", "elements"})
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield "1 to 25 items allowed"
    for element in elements:
        yield from _button(element)


def _button(element: Json) -> Iterator[str]:
    if element.get("type") != "button":
        yield f"unsupported element: {element.get('type')}"
    yield from _keys(element, BUTTON_KEYS)
    yield from _text(element.get("text"), 75, ("plain_text",))
    if units(element.get("value", "")) > 2000:
        yield "value must be less than 2001 characters"
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield f"invalid style: {element['style']}"
    url = element.get("url", "https://")
    if units(url) > 3000 or not url.startswith(("https://", "http://")):
        yield "invalid url"


def _divider(block: Json) -> Iterator[str]:
    yield from _keys(block, {"type"})


CHECKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
}
