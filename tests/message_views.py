"""Messages as pages of HTML, from the very payloads that the platforms are given; for the pictures of the docs.

They are views of our own: plain boxes that show what a payload says, not copies of anybody's design.
"""

import html
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

from bot.chat import slack_blocks, telegram_html
from bot.chat.slack_blocks import Block
from bot.chat.telegram_buttons import keyboard
from bot.domain.card import Card, Image
from tests.gallery import Told

STYLE = Path(__file__).with_name("message_views.css")
SIGNS = {
    "🔴": "dot red", "🟠": "dot orange", "🔵": "dot blue", "🟢": "dot green", "✅": "done",
    "👀": "eyes", "🔕": "mute", "👍": "up", "👎": "down",
}  # fmt: skip
"""Emoji of our messages, drawn by the style: not every machine has a font for them."""
_SIGN = re.compile("|".join(SIGNS))
_BOLD = re.compile(r"\*([^*\n]+)\*")
_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
"""A time that Slack writes for each reader; a reader in the config's zone sees about what stands after the bar."""
_MONO = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)


def page(told: Told) -> str:
    """Both platforms side by side, as one HTML page without scripts."""
    body = f'<main><section class="slack"><h1>Slack</h1><article>{in_slack(told)}</article></section>'
    body += f'<section class="telegram"><h1>Telegram</h1><article>{in_telegram(told)}</article></section></main>'
    signed = _SIGN.sub(lambda found: f'<span class="sign {SIGNS[found[0]]}"></span>', body)
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE.read_text()}</style>{signed}'


def in_slack(told: Told) -> str:
    """The blocks of Slack's payload."""
    if isinstance(told, Image):
        return _image(told) + "".join(_block(one) for one in slack_blocks.picture(told, "F0").blocks)
    message = slack_blocks.render(told) if isinstance(told, Card) else slack_blocks.answer(told)
    return "".join(_block(one) for one in message.blocks)


def in_telegram(told: Told) -> str:
    """The HTML of Telegram's payload, with its keyboard below."""
    if isinstance(told, Image):
        return _image(told) + _text(telegram_html.caption_of(told))
    if not isinstance(told, Card):
        return _text(telegram_html.plain(told.text))
    rows = keys.inline_keyboard if (keys := keyboard(told.buttons)) else ()
    keyed = "".join(f"<div class=row>{''.join(_key(one.text) for one in row)}</div>" for row in rows)
    return _text(telegram_html.render(told)) + keyed


def _text(words: str) -> str:
    return f'<p class="text">{words}</p>'


def _key(label: str) -> str:
    return f"<b class=key>{html.escape(label)}</b>"


def _image(told: Image) -> str:
    return f'<img src="data:image/png;base64,{b64encode(told.png).decode()}">'


def _block(block: Block) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{block['text']['text']}</h2>"
        case "section":
            return f"<p>{_mrkdwn(block['text']['text'])}</p>"
        case "context":
            return f"<p class=small>{''.join(_mrkdwn(one['text']) for one in block['elements'])}</p>"
        case "actions":
            return f"<div class=actions>{''.join(map(_element, block['elements']))}</div>"
        case "image":
            return f"<p class=small>{block['title']['text']}</p>"
        case kind:
            raise ValueError(f"no view of the block {kind!r}: add one to tests/message_views.py")


def _mrkdwn(text: str) -> str:
    """Slack's own markup, of text that has its entities already."""
    timed = _DATE.sub(r"\1", text)
    return _BOLD.sub(r"<b>\1</b>", _MONO.sub(r"<pre>\1</pre>", timed)).replace("\n", "<br>")


def _element(one: dict[str, Any]) -> str:
    if one["type"] == "static_select":
        return f"<span class='button'>{one['placeholder']['text']} ▾</span>"
    return f"<span class='button {one.get('style', '')}'>{one['text']['text']}</span>"
