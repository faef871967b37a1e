"""What Slack refuses, and what Steward must not send: every method that takes words, by its documented limits.

    code, faults = refusal("chat.postMessage", {"channel": "C1", "text": "a & b"})

Sources: https://docs.slack.dev/reference/methods (arguments and error lists, a page each) and
https://docs.slack.dev/reference/views. Lengths are counted in UTF-16 units.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from tests.strict.shapes import Json, Rule, choice, either, flag, items, shape, string, whole
from tests.strict.slack_blocks import MESSAGE, VIEW
from tests.strict.slack_elements import GROUP, ID, OPTION
from tests.strict.slack_text import message_text, plain, plain_text, visible

Refusal: TypeAlias = tuple[str, list[str]]
"""The error code and its details; an empty code when nothing is wrong."""

FINE: Refusal = ("", [])
MUTE = {"delete_original", "response_action"}


def refusal(method: str, given: Json) -> Refusal:
    """How Slack answers this call, as far as its contents decide it. Methods without words are not looked at.

    Beside Slack's methods: `response`, what a command or a `response_url` is answered with; `ack:options` and
    `ack:view_submission`, what an acknowledgement may carry.
    """
    check = METHODS.get(method)
    return check({name: _value(name, one) for name, one in given.items() if one is not None}) if check else FINE


def seen(given: Any) -> str:
    """All that a reader sees of blocks or a view, a line each, in order, with the marks of mrkdwn taken away."""
    return "\n".join(_seen(given))


def _seen(given: Any) -> Iterator[str]:
    if isinstance(given, list):
        for one in given:
            yield from _seen(one)
    elif isinstance(given, Mapping):
        text = given.get("text")
        if isinstance(text, str):
            yield visible(text) if given.get("type") == "mrkdwn" else plain(text)
        for value in given.values():
            yield from _seen(value)


def _value(name: str, value: Any) -> Any:
    """Objects may come as JSON in a form."""
    coded = name in {"blocks", "view", "files", "metadata"} and isinstance(value, str)
    return json.loads(value) if coded else value


def _message(longest: int) -> Callable[[Json], Refusal]:
    """A message. Its text is what notifications and screen readers say, so it must be there beside blocks too."""

    def check(given: Json) -> Refusal:
        text, blocks = given.get("text", ""), given.get("blocks", [])
        if not text and not MUTE & given.keys():
            return "no_text", []
        if len(str(text).encode("utf-16-le", "surrogatepass")) // 2 > longest:
            return "msg_too_long", []  # chat.update says so; chat.postMessage cuts the text
        faults = [*message_text(longest)(text, "/text")] if text else []
        faults += _flags(given)
        return _blocks(MESSAGE(blocks, "/blocks"), blocks, 13_000, "msg_blocks_too_long", faults)

    return check


def _flags(given: Json) -> Iterator[str]:
    """`parse` other than none would make mentions and links of the text."""
    yield from choice("none", "client")(given.get("parse", "none"), "/parse")
    if given.get("link_names") in {True, "1", "true"}:
        yield "/link_names: would make mentions of the text"
    yield from choice("ephemeral", "in_channel")(given.get("response_type", "ephemeral"), "/response_type")


def _view(kind: str, *needed: Rule) -> Callable[[Json], Refusal]:
    shapes = {"modal": MODAL, "home": HOME}

    def check(given: Json) -> Refusal:
        view = given.get("view", {})
        faults = [fault for rule in needed for fault in rule(given)]
        return _blocks(shapes[kind](view, "/view"), view.get("blocks", []), 250_000, "view_too_large", faults)

    return check


def _blocks(found: Iterator[str], blocks: Any, most: int, code: str, faults: list[str]) -> Refusal:
    faults = [*faults, *found]
    if not faults:
        faults = [*_repeats(blocks, "block_id"), *_repeats(blocks, "action_id"), *_focus(blocks), *_tables(blocks)]
    if faults:
        return "invalid_blocks", faults
    size = len(json.dumps(blocks, ensure_ascii=False).encode())
    return (code, [f"{size} bytes of blocks"]) if size > most else FINE


def _all(given: Any, name: str) -> Iterator[Any]:
    if isinstance(given, list):
        for one in given:
            yield from _all(one, name)
    elif isinstance(given, Mapping):
        if name in given:
            yield given[name]
        for value in given.values():
            yield from _all(value, name)


def _repeats(blocks: Any, name: str) -> Iterator[str]:
    """An id may stand in a message once."""
    yield from (f"`{name}` {one!r} is there {n} times" for one, n in Counter(_all(blocks, name)).items() if n > 1)


def _focus(blocks: Any) -> Iterator[str]:
    """`focus_on_load` can be set on one element."""
    if sum(map(bool, _all(blocks, "focus_on_load"))) > 1:
        yield "focus_on_load is set more than once"


def _tables(blocks: Any) -> Iterator[str]:
    """One table a message."""
    if sum(one["type"] == "table" for one in blocks) > 1:
        yield "only_one_table_allowed"


def _submit(value: Json) -> Iterator[str]:
    """Modal: `submit` is required when there is an input block."""
    if "submit" not in value and any(one["type"] == "input" for one in value["blocks"]):
        yield "missing required field: submit"


def _trigger(given: Json) -> Iterator[str]:
    return either("trigger_id", "interactivity_pointer")(given)


def _named(given: Json) -> Iterator[str]:
    return either("view_id", "external_id")(given)


def _user(given: Json) -> Iterator[str]:
    return either("user_id")(given)


def _plain(code: str, check: Any) -> Callable[[Json], Refusal]:
    def refused(given: Json) -> Refusal:
        faults = list(check({name: one for name, one in given.items() if name != "token"}, ""))
        return (code, faults) if faults else FINE

    return refused


def _submission(given: Json) -> Refusal:
    """The answer to a submitted modal: errors by the block_id of an input, or another view."""
    action = given.get("response_action", "clear")
    if action in {"update", "push"}:
        return _view("modal")(given)
    if action != "errors":
        return FINE if action == "clear" else ("invalid_response_action", [str(action)])
    faults = [fault for key, text in given.get("errors", {}).items() for fault in string(2000)(text, f"/errors/{key}")]
    return ("invalid_errors", faults) if faults or not given.get("errors") else FINE


def _count(value: Any, where: str) -> Iterator[str]:
    """A number that may come as its digits, in a form."""
    yield from whole(1)(int(value) if isinstance(value, str) and value.isdecimal() else value, where)


_FORM = {"private_metadata": string(3000, 0), "callback_id": ID, "external_id": string(255)}
# Modal: title, close and submit 24 characters, private_metadata 3000, callback_id 255.
MODAL = shape(
    {"type": choice("modal"), "title": plain_text(24), "blocks": VIEW},
    {
        **_FORM,
        "close": plain_text(24),
        "submit": plain_text(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
    _submit,
)
HOME = shape({"type": choice("home"), "blocks": VIEW}, _FORM)

METHODS: Mapping[str, Callable[[Json], Refusal]] = {
    "chat.postMessage": _message(40_000),  # longer texts are cut: "truncated" at 40,000 characters
    "chat.postEphemeral": _message(40_000),
    "chat.update": _message(4_000),  # msg_too_long
    "response": _message(4_000),
    "views.open": _view("modal", _trigger),
    "views.push": _view("modal", _trigger),
    "views.update": _view("modal", _named),
    "views.publish": _view("home", _user),
    "files.getUploadURLExternal": _plain(
        "invalid_arguments",
        shape(
            {"filename": string(255), "length": _count},
            {"alt_txt": string(1000), "snippet_type": string(64)},
        ),
    ),
    "files.completeUploadExternal": _plain(
        "invalid_arguments",
        shape(
            {"files": items(shape({"id": string(64)}, {"title": string(255)}), 10)},
            {
                "channel_id": string(64),
                "channels": string(1000),
                "thread_ts": string(32, pattern=r"\d+\.\d+"),
                "initial_comment": message_text(4_000),
                "blocks": MESSAGE,
            },
        ),
    ),
    "ack:options": _plain(
        "invalid_options",
        shape(
            {},
            {"options": items(OPTION, 100, 0), "option_groups": items(GROUP, 100)},
            either("options", "option_groups"),
        ),
    ),
    "ack:view_submission": _submission,
}
