"""What the Bot API refuses, and what Steward must not send: every method that it calls, by its documented arguments.

    assert faults("sendMessage", {"chat_id": 1, "text": "a &lt; b", "parse_mode": "HTML"}) == []

Source: https://core.telegram.org/bots/api, under the name of each method and object. Lengths are in UTF-16 units.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.strict import telegram_html
from tests.strict.shapes import Check, Json, Rule, choice, either, flag, items, octets, shape, string, tagged, units
from tests.strict.telegram_photo import photo_faults

MESSAGE, CAPTION = 4096, 1024


def faults(method: str, args: Json) -> list[str]:
    """What is wrong with this call, a line each. Methods that Steward has no use for are not looked at."""
    check = METHODS.get(method)
    return list(check(_attached({name: one for name, one in args.items() if one is not None}), "")) if check else []


def shown(args: Json) -> str:
    """What a reader sees of a message or caption: without markup, with entities decoded."""
    words = str(args.get("text", args.get("caption", "")))
    return telegram_html.parse(words).text if args.get("parse_mode") == "HTML" else words.strip()


def _attached(args: Json) -> Json:
    """The call with the files that it brings along (`attach://NAME`) put where they are named."""
    media = args.get("media")
    if not isinstance(media, dict):
        return args
    name = str(media.get("media")).removeprefix("attach://")
    kept = {key: one for key, one in args.items() if key != name}
    return {**kept, "media": {**media, "media": args[name]}} if name in args else args


def number(least: int = -(2**52), most: int = 2**52) -> Check:
    """A whole number, which may come as its digits in a form."""

    def check(value: Any, where: str) -> Iterator[str]:
        digits = str(value)
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", digits) or not least <= int(digits) <= most:
            yield f"{where}: must be a number from {least} to {most}"

    return check


def truth(value: Any, where: str) -> Iterator[str]:
    """True or false, which may come as words in a form."""
    yield from () if str(value).lower() in {"true", "false"} else flag(value, where)


def _worded(name: str, most: int, least: int) -> Rule:
    """The rule about a text: 1 to 4096 characters after entities parsing; of a caption 0 to 1024."""

    def rule(value: Json) -> Iterator[str]:
        if found := telegram_html.faults(value.get(name, "")) if "parse_mode" in value else []:
            yield from found
            return
        size = units(shown(value))
        if not least <= size <= most:
            yield f"the {name} has {size} characters after parsing, {least} to {most} are allowed"

    return rule


def _label(value: Json) -> Iterator[str]:
    """InlineKeyboardButton: exactly one of the optional fields says what it does."""
    yield from either("callback_data", "url", "copy_text", "switch_inline_query_current_chat")(value)


# InlineKeyboardButton: callback_data 1-64 bytes, copied text 1-256 characters, three styles.
BUTTON = shape(
    {"text": string(64)},
    {
        "callback_data": octets(64),
        "url": string(2048, pattern=r"(?:https?|tg)://\S+"),
        "copy_text": shape({"text": string(256)}),
        "switch_inline_query_current_chat": string(256, 0),
        "style": choice("danger", "success", "primary"),
        "icon_custom_emoji_id": string(32),
    },
    _label,
)


def _few(value: Json) -> Iterator[str]:
    """A keyboard has at most 100 buttons; the server refuses more (REPLY_MARKUP_TOO_LONG)."""
    if sum(len(row) for row in value["inline_keyboard"]) > 100:
        yield "more than 100 buttons"


KEYBOARD = shape({"inline_keyboard": items(items(BUTTON, 8), 100, 0)}, {}, _few)  # 8 buttons in a row
FORCE_REPLY = shape(  # ForceReply: placeholder 1-64 characters
    {"force_reply": choice(True)}, {"input_field_placeholder": string(64), "selective": flag}
)


def _markup(value: Any, where: str) -> Iterator[str]:
    asks = isinstance(value, dict) and "force_reply" in value
    yield from (FORCE_REPLY if asks else KEYBOARD)(value, where)


REPLY = shape(  # ReplyParameters
    {"message_id": number(1)},
    {
        "chat_id": number(),
        "allow_sending_without_reply": flag,
        "quote": string(1024),
        "quote_parse_mode": choice("HTML"),
    },
)
PREVIEW = shape({}, {"is_disabled": flag, "url": string(2048), "prefer_small_media": flag})
ID, THREAD = number(1), number(2)  # the topic General has the id 1, and must be left out
SPOT: Mapping[str, Check] = {"chat_id": number()}
MESSAGE_SPOT: Mapping[str, Check] = {**SPOT, "message_id": ID}
SENDING: Mapping[str, Check] = {
    "message_thread_id": THREAD,
    "reply_parameters": REPLY,
    "reply_markup": _markup,
    "disable_notification": truth,
    "protect_content": truth,
}
# The lengths of texts are judged after parsing; this only keeps out what is no text, or absurd.
TEXT: Mapping[str, Check] = {"text": string(65_536)}
CAPTIONED: Mapping[str, Check] = {"caption": string(65_536, 0), "parse_mode": choice("HTML")}
MODE: Mapping[str, Check] = {"parse_mode": choice("HTML"), "link_preview_options": PREVIEW}

MEDIA = tagged(
    {
        "photo": shape({"type": choice("photo"), "media": photo_faults}, CAPTIONED, _worded("caption", CAPTION, 0)),
    }
)


def _command(value: Any, where: str) -> Iterator[str]:
    """BotCommand: 1-32 lower-case letters, digits and underscores; description 1-256 characters."""
    yield from shape({"command": string(32, pattern="[a-z0-9_]+"), "description": string(256)})(value, where)


def _once(value: Json) -> Iterator[str]:
    names = [one["command"] for one in value["commands"]]
    yield from (f"the command {name} is there twice" for name in sorted(set(names)) if names.count(name) > 1)


# BotCommandScope: seven kinds; LanguageCode: two letters (ISO 639-1), or empty for all.
SCOPE = tagged(
    {
        **{
            kind: shape({"type": choice(kind)})
            for kind in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
        },
        **{kind: shape({"type": choice(kind), **SPOT}) for kind in ("chat", "chat_administrators")},
        "chat_member": shape({"type": choice("chat_member"), **SPOT, "user_id": ID}),
    }
)
LANGUAGE: Mapping[str, Check] = {"language_code": string(2, 0, pattern="(?:[a-z]{2})?")}
SCOPED: Mapping[str, Check] = {"scope": SCOPE, **LANGUAGE}
# createForumTopic: name 1-128 characters, one of six colours.
COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
TOPIC: Mapping[str, Check] = {**SPOT, "message_thread_id": THREAD}
UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
)

METHODS: Mapping[str, Check] = {
    "sendMessage": shape({**SPOT, **TEXT}, {**SENDING, **MODE}, _worded("text", MESSAGE, 1)),
    "editMessageText": shape({**MESSAGE_SPOT, **TEXT}, {**MODE, "reply_markup": KEYBOARD}, _worded("text", MESSAGE, 1)),
    "sendPhoto": shape(
        {**SPOT, "photo": photo_faults},
        {**SENDING, **CAPTIONED, "show_caption_above_media": truth},
        _worded("caption", CAPTION, 0),
    ),
    "sendDocument": shape(
        {**SPOT, "document": photo_faults},
        {**SENDING, **CAPTIONED, "disable_content_type_detection": truth},
        _worded("caption", CAPTION, 0),
    ),
    "editMessageMedia": shape({**MESSAGE_SPOT, "media": MEDIA}, {"reply_markup": KEYBOARD}),
    "editMessageCaption": shape(
        MESSAGE_SPOT,
        {**CAPTIONED, "reply_markup": KEYBOARD, "show_caption_above_media": truth},
        _worded("caption", CAPTION, 0),
    ),
    "editMessageReplyMarkup": shape(MESSAGE_SPOT, {"reply_markup": KEYBOARD}),
    "deleteMessage": shape(MESSAGE_SPOT),
    "pinChatMessage": shape(MESSAGE_SPOT, {"disable_notification": truth}),
    "unpinChatMessage": shape(MESSAGE_SPOT),
    "sendChatAction": shape({**SPOT, "action": choice("typing", "upload_photo")}, {"message_thread_id": THREAD}),
    "answerCallbackQuery": shape(  # text 0-200 characters
        {"callback_query_id": string(64)},
        {"text": string(200, 0), "show_alert": truth, "cache_time": number(0), "url": string(2048)},
    ),
    "setMyCommands": shape({"commands": items(_command, 100, 0)}, SCOPED, _once),
    "deleteMyCommands": shape({}, SCOPED),
    "getMyCommands": shape({}, SCOPED),
    "setMyName": shape({}, {"name": string(64, 0), **LANGUAGE}),
    "setMyDescription": shape({}, {"description": string(512, 0), **LANGUAGE}),
    "setMyShortDescription": shape({}, {"short_description": string(120, 0), **LANGUAGE}),
    "createForumTopic": shape(
        {**SPOT, "name": string(128)},
        {"icon_color": choice(*COLOURS, *map(str, COLOURS)), "icon_custom_emoji_id": string(32)},
    ),
    "editForumTopic": shape(TOPIC, {"name": string(128, 0), "icon_custom_emoji_id": string(32, 0)}),
    "closeForumTopic": shape(TOPIC),
    "reopenForumTopic": shape(TOPIC),
    "deleteForumTopic": shape(TOPIC),
    "getUpdates": shape(
        {},
        {
            "offset": number(),
            "limit": number(1, 100),
            "timeout": number(0),
            "allowed_updates": items(choice(*UPDATES), 30, 0),
        },
    ),
}
