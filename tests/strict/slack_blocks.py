"""Slack's blocks: https://docs.slack.dev/reference/block-kit/blocks, a page each."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.strict.shapes import Check, Json, choice, either, flag, items, shape, string, tagged, whole
from tests.strict.slack_elements import (
    ID,
    IMAGE,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    SLACK_FILE,
    URL,
)
from tests.strict.slack_text import any_text, plain_text


def _block(kind: str, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Any) -> Check:
    return shape({"type": choice(kind), **required}, {"block_id": ID, **(optional or {})}, *rules)


def _said(value: Json) -> Iterator[str]:
    if "text" not in value and "fields" not in value:
        yield "missing required field: text or fields"


def _small(value: Any, where: str) -> Iterator[str]:
    """What a context block takes: images and texts."""
    image = isinstance(value, dict) and value.get("type") == "image"
    yield from (IMAGE if image else any_text())(value, where)


# Rich text: sections, lists, quotes and preformatted stretches, made of texts, links, emoji and dates. Its texts are
# not parsed at all. Mentions exist there too; Steward writes none.
_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))
_SPAN = tagged(
    {
        "text": shape({"type": choice("text"), "text": string(3000)}, {"style": _STYLE}),
        "link": shape({"type": choice("link"), "url": URL}, {"text": string(3000), "style": _STYLE, "unsafe": flag}),
        "emoji": shape(
            {"type": choice("emoji"), "name": string(100, pattern=r"[a-z0-9_+'-]+")}, {"unicode": string(64)}
        ),
        "date": shape(
            {"type": choice("date"), "timestamp": whole(0), "format": string(200)},
            {"url": URL, "fallback": string(200), "style": _STYLE},
        ),
    }
)
_SPANS = items(_SPAN, 1000, 0)
_RICH_SECTION = shape({"type": choice("rich_text_section"), "elements": _SPANS})
_RICH = tagged(
    {
        "rich_text_section": _RICH_SECTION,
        "rich_text_list": shape(
            {
                "type": choice("rich_text_list"),
                "style": choice("bullet", "ordered"),
                "elements": items(_RICH_SECTION, 1000),
            },
            {"indent": whole(0, 8), "offset": whole(0), "border": choice(0, 1)},
        ),
        "rich_text_preformatted": shape(
            {"type": choice("rich_text_preformatted"), "elements": _SPANS},
            {"border": choice(0, 1), "language": string(32)},
        ),
        "rich_text_quote": shape({"type": choice("rich_text_quote"), "elements": _SPANS}, {"border": choice(0, 1)}),
    }
)
_RICH_TEXT = _block("rich_text", {"elements": items(_RICH, 1000)})

# Table: 100 rows of 20 cells; a cell is raw or rich text.
_CELL = tagged({"raw_text": shape({"type": choice("raw_text"), "text": string(3000)}), "rich_text": _RICH_TEXT})
_COLUMN = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})
_FEEDBACK = shape({"text": plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)})

EVERYWHERE: Mapping[str, Check] = {
    "header": _block("header", {"text": plain_text(150)}),  # 150 characters
    "section": _block(  # text 3000; 10 fields of 2000
        "section",
        {},
        {"text": any_text(), "fields": items(any_text(2000), 10), "accessory": IN_SECTION, "expand": flag},
        _said,
    ),
    "context": _block("context", {"elements": items(_small, 10)}),  # 10 elements
    "actions": _block("actions", {"elements": items(IN_ACTIONS, 25)}),  # 25 elements
    "divider": _block("divider", {}),
    "image": _block(  # address 3000, title and alternative text 2000
        "image",
        {"alt_text": string(2000)},
        {"image_url": URL, "slack_file": SLACK_FILE, "title": plain_text(2000)},
        either("image_url", "slack_file"),
    ),
    "input": _block(  # label and hint 2000
        "input",
        {"label": plain_text(2000), "element": IN_INPUT},
        {"dispatch_action": flag, "hint": plain_text(2000), "optional": flag},
    ),
    "rich_text": _RICH_TEXT,
}

IN_MESSAGES: Mapping[str, Check] = {
    **EVERYWHERE,
    "table": _block("table", {"rows": items(items(_CELL, 20), 100)}, {"column_settings": items(_COLUMN, 20)}),
    "context_actions": _block(  # 5 elements
        "context_actions",
        {
            "elements": items(
                tagged(
                    {
                        "feedback_buttons": shape(
                            {
                                "type": choice("feedback_buttons"),
                                "positive_button": _FEEDBACK,
                                "negative_button": _FEEDBACK,
                            },
                            {"action_id": ID},
                        )
                    }
                ),
                5,
            )
        },
    ),
}

MESSAGE = items(tagged(IN_MESSAGES), 50, 0)  # 50 blocks in a message, 100 in a view
VIEW = items(tagged(EVERYWHERE), 100)
