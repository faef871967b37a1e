"""Slack's block elements and composition objects: keys, limits and what belongs together.

Sources: https://docs.slack.dev/reference/block-kit/block-elements and .../block-kit/composition-objects, a page each.
"""

from collections.abc import Iterator, Mapping

from tests.strict.shapes import Check, Json, Rule, choice, either, flag, items, shape, string, tagged, whole
from tests.strict.slack_text import any_text, plain_text

ID = string(255)  # action_id and block_id: at most 255 characters
URL = string(3000, pattern=r"https?://\S+")
DAY, HOUR = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", r"([01]\d|2[0-3]):[0-5]\d"

# Confirmation dialog: title 100, text 300, both buttons 30, all of them plain text.
CONFIRM = shape(
    {"title": plain_text(100), "text": plain_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": choice("primary", "danger")},
)
# Option: text 75, value 150, description 75. Only an overflow menu's options have a url, only radio buttons and
# checkboxes take mrkdwn.
OPTION = shape({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75)})
LINK_OPTION = shape({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75), "url": URL})
RICH_OPTION = shape({"text": any_text(75), "value": string(150)}, {"description": any_text(75)})
GROUP = shape({"label": plain_text(75), "options": items(OPTION, 100)})

DISPATCH = shape({"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)})
SLACK_FILE = shape({}, {"id": string(64), "url": URL}, either("id", "url"))
FILTER = shape(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)

COMMON: Mapping[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
MENU: Mapping[str, Check] = {**COMMON, "placeholder": plain_text(150)}
FIELD: Mapping[str, Check] = {
    "action_id": ID,
    "placeholder": plain_text(150),
    "focus_on_load": flag,
    "dispatch_action_config": DISPATCH,
}
MULTI: Mapping[str, Check] = {**MENU, "max_selected_items": whole(1)}


def _element(kind: str, required: Mapping[str, Check], optional: Mapping[str, Check], *rules: Rule) -> Check:
    return shape({"type": choice(kind), **required}, optional, *rules)


def _chosen(value: Json) -> Iterator[str]:
    """What is chosen at first must be exactly one of the options; no two options have the same value."""
    groups = value.get("option_groups", [])
    options = [*value.get("options", []), *(one for group in groups for one in group["options"])]
    first = value.get("initial_option")
    for one in [*([first] if first else []), *value.get("initial_options", [])]:
        if one not in options:
            yield f"the initial option {one['value']!r} is not one of the options"
    values = [one["value"] for one in options]
    if len(set(values)) < len(values):
        yield "two options have the same value"


def _room(value: Json) -> Iterator[str]:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if least > most:
        yield f"min_length {least} is over max_length {most}"
    if "initial_value" in value and not least <= len(value["initial_value"]) <= most:
        yield f"the initial value is not of {least} to {most} characters"


def _known_channels(kind: str, multi: Check | None = None) -> Mapping[str, Check]:
    one = string(64)
    own = {f"initial_{kind}s": items(one, 1000)} if multi else {f"initial_{kind}": one, "response_url_enabled": flag}
    return {**own, "default_to_current_conversation": flag, "filter": FILTER}


BUTTON = _element(  # button element: text 75, value 2000, url 3000, label for screen readers 75
    "button",
    {"text": plain_text(75)},
    {
        "action_id": ID,
        "url": URL,
        "value": string(2000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
OVERFLOW = _element(  # overflow menu element: up to 5 options
    "overflow", {"options": items(LINK_OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}, _chosen
)
IMAGE = _element(  # image element: either an address or an uploaded file
    "image",
    {"alt_text": string(2000)},
    {"image_url": URL, "slack_file": SLACK_FILE},
    either("image_url", "slack_file"),
)

CHOICES: Mapping[str, Check] = {
    # Select and multi-select menus: 100 options, or 100 groups of them.
    "static_select": _element(
        "static_select",
        {},
        {**MENU, "options": items(OPTION, 100), "option_groups": items(GROUP, 100), "initial_option": OPTION},
        either("options", "option_groups"),
        _chosen,
    ),
    "multi_static_select": _element(
        "multi_static_select",
        {},
        {
            **MULTI,
            "options": items(OPTION, 100),
            "option_groups": items(GROUP, 100),
            "initial_options": items(OPTION, 100),
        },
        either("options", "option_groups"),
        _chosen,
    ),
    "external_select": _element(
        "external_select", {}, {**MENU, "initial_option": OPTION, "min_query_length": whole(0)}
    ),
    "multi_external_select": _element(
        "multi_external_select", {}, {**MULTI, "initial_options": items(OPTION, 100), "min_query_length": whole(0)}
    ),
    "users_select": _element("users_select", {}, {**MENU, "initial_user": string(64)}),
    "multi_users_select": _element("multi_users_select", {}, {**MULTI, "initial_users": items(string(64), 1000)}),
    "conversations_select": _element("conversations_select", {}, {**MENU, **_known_channels("conversation")}),
    "multi_conversations_select": _element(
        "multi_conversations_select", {}, {**MULTI, **_known_channels("conversation", multi=flag)}
    ),
    "channels_select": _element("channels_select", {}, {**MENU, **_known_channels("channel")}),
    "checkboxes": _element(
        "checkboxes",
        {"options": items(RICH_OPTION, 10)},
        {**COMMON, "initial_options": items(RICH_OPTION, 10)},
        _chosen,
    ),
    "radio_buttons": _element(
        "radio_buttons", {"options": items(RICH_OPTION, 10)}, {**COMMON, "initial_option": RICH_OPTION}, _chosen
    ),
    "datepicker": _element("datepicker", {}, {**MENU, "initial_date": string(10, pattern=DAY)}),
    "timepicker": _element(
        "timepicker", {}, {**MENU, "initial_time": string(5, pattern=HOUR), "timezone": string(64, pattern=r"\w+/\S+")}
    ),
    "datetimepicker": _element("datetimepicker", {}, {**COMMON, "initial_date_time": whole(10**9, 10**10 - 1)}),
}

INPUTS: Mapping[str, Check] = {
    # Plain-text input: placeholder 150, min_length 0 to 3000, max_length 1 to 3000.
    "plain_text_input": _element(
        "plain_text_input",
        {},
        {
            **FIELD,
            "initial_value": string(3000, 0),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        _room,
    ),
    "email_text_input": _element("email_text_input", {}, {**FIELD, "initial_value": string(3000)}),
    "url_text_input": _element("url_text_input", {}, {**FIELD, "initial_value": URL}),
    "number_input": _element(  # its bounds are strings
        "number_input",
        {"is_decimal_allowed": flag},
        {**FIELD, **dict.fromkeys(("initial_value", "min_value", "max_value"), string(32, pattern=r"-?\d+(\.\d+)?"))},
    ),
    "rich_text_input": _element("rich_text_input", {}, dict(FIELD)),
    "file_input": _element(  # file input: 1 to 10 files
        "file_input", {}, {"action_id": ID, "filetypes": items(string(16), 50), "max_files": whole(1, 10)}
    ),
}

# Where each may stand, by the "works with block types" of its page.
IN_ACTIONS = tagged({"button": BUTTON, "overflow": OVERFLOW, **CHOICES})
IN_SECTION = tagged(
    {
        "button": BUTTON,
        "overflow": OVERFLOW,
        "image": IMAGE,
        **{k: v for k, v in CHOICES.items() if k != "datetimepicker"},
    }
)
IN_INPUT = tagged({**CHOICES, **INPUTS})
