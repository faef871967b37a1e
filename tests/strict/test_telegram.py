"""The validator of calls of the Bot API, by tables of what it must take and what it must refuse."""

import struct
from typing import Any

import pytest

from tests.strict.telegram import faults, shown
from tests.strict.telegram_html import BadMarkupError, Entity, parse
from tests.strict.telegram_html import faults as markup_faults

Args = dict[str, Any]


def png(width: int, height: int, more: int = 0) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height) + bytes(more)


def said(text: str = "words", **over: Any) -> Args:
    return {"chat_id": -1001, "text": text, "parse_mode": "HTML", **over}


def pictured(**over: Any) -> Args:
    return {"chat_id": -1001, "photo": png(1200, 800), "caption": "errors", "parse_mode": "HTML", **over}


def media(caption: str) -> Args:
    about = {"type": "photo", "media": "attach://f1", "caption": caption, "parse_mode": "HTML"}
    return {"chat_id": -1001, "message_id": 7, "media": about}


def keys(*rows: list[Args]) -> Args:
    return {"inline_keyboard": list(rows)}


def key(data: str = "a:p1:d", **over: Any) -> Args:
    return {"text": "Approve", "callback_data": data, **over}


def command(name: str = "status", about: str = "What is going on") -> Args:
    return {"command": name, "description": about}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a &lt;b&gt; &amp;amp; &quot;c&quot; &#39;d&#x27;", "a <b> &amp; \"c\" 'd'"),
        ("<b>bold <i>both</i></b> <u>u</u> <s>s</s> <tg-spoiler>t</tg-spoiler>", "bold both u s t"),
        ('<span class="tg-spoiler">x</span> <a href="https://x.example/?a=1&amp;b=2">y</a>', "x y"),
        ("<B>upper</B> <STRONG>case</STRONG>", "upper case"),
        ("<pre>\n  log\n</pre>", "log"),
        ('<pre><code class="language-python">x &gt; 1</code></pre>', "x > 1"),
        ("<blockquote expandable>quoted <b>bold</b> <code>c</code></blockquote>", "quoted bold c"),
        ('<tg-time unix="1800000000" format="r">now</tg-time> <tg-time unix="1">then</tg-time>', "now then"),
        ('<a href="tg://user?id=1001">Ada</a>', "Ada"),
        ("a@\u2060channel", "a@\u2060channel"),
    ],
)
def test_markup_that_telegram_takes(source: str, text: str) -> None:
    assert parse(source).text == text
    assert markup_faults(source) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("a < b", "Unclosed start tag at byte offset 2"),
        ("ü <", "Unclosed start tag at byte offset 3"),
        ("<b", "Unclosed start tag"),
        ("<b>x", 'end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag"),
        ("<b><i>x</b></i>", 'expected "</i>", found "</b>"'),
        ("<h1>x</h1>", 'Unsupported start tag "h1"'),
        ("<script>alert(1)</script>", 'Unsupported start tag "script"'),
        ("<br/>", "Unsupported start tag"),
        ("<>", "Unsupported start tag"),
        ("</b x>", "Unclosed end tag"),
        ('<a href="x>y</a>', "Unclosed start tag"),
        ("<a>y</a>", "lacks ['href']"),
        ('<a href="javascript:alert(1)">y</a>', "has no attribute"),
        ('<a href="https://x" target="_blank">y</a>', "has no attribute"),
        ("<a href=https://x>y</a>", "has no attribute 'href'"),
        ('<span class="red">x</span>', "has no attribute"),
        ('<b class="x">x</b>', "has no attribute"),
        ('<tg-time unix="soon">x</tg-time>', "has no attribute"),
        ('<tg-time unix="1" format="rD">x</tg-time>', "has no attribute"),
        ("<pre>a <b>b</b></pre>", "\"b\" may not stand inside ['pre']"),
        ("<b><code>x</code></b>", '"code" may not stand inside'),
        ("<code><code>x</code></code>", '"code" may not stand inside'),
        ('<code class="language-python">x</code>', "a language stands only"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", '"blockquote" may not stand inside'),
        ('<a href="https://x">a<a href="https://y">b</a></a>', '"a" may not stand inside'),
        ("a & b", 'a bare "&"'),
        ("&nbsp;", 'a bare "&"'),
        ("&lt", 'a bare "&"'),
        ("cut &am", 'a bare "&"'),
        ("a > b", 'a bare ">"'),
        ("<b>x</b>" * 101, "101 entities"),
        ("hi @channel", "mentions @channel"),
        ("\u202eevil", "U+202E"),
        ("nul \x00", "U+0000"),
        ("half \ud83d", "U+D83D"),
    ],
)
def test_markup_that_must_not_be_sent(source: str, fault: str) -> None:
    assert any(fault in one for one in markup_faults(source)), markup_faults(source)


def test_entities_are_counted_in_utf_16() -> None:
    parsed = parse('🔥<b>a &lt; b</b> <a href="http://x/?a&amp;b">y</a>')
    assert parsed.text == "🔥a < b y"
    assert parsed.entities == (Entity("b", 2, 5), Entity("a", 8, 1, "http://x/?a&b"))


def test_a_broken_tag_is_an_error() -> None:
    with pytest.raises(BadMarkupError):
        parse("<b>x")


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("sendMessage", said("x" * 4096)),
        ("sendMessage", said("&amp;" * 4096)),
        ("sendMessage", said("😀" * 2048)),
        ("sendMessage", said(chat_id="-1001", message_thread_id="5", reply_markup=keys([key()] * 8))),
        ("sendMessage", {"chat_id": 1, "text": "a < b & c"}),
        ("sendMessage", said(reply_parameters={"message_id": 7, "allow_sending_without_reply": True})),
        ("sendMessage", said(reply_markup={"force_reply": True, "input_field_placeholder": "Why?", "selective": True})),
        ("sendMessage", said(reply_markup=keys(*[[key()] * 4] * 25))),
        ("sendMessage", said(reply_markup=keys([key("x" * 64, style="danger")], [{"text": "p", "url": "https://x"}]))),
        ("editMessageText", said(message_id=7, link_preview_options={"is_disabled": True})),
        ("editMessageReplyMarkup", {"chat_id": 1, "message_id": 7, "reply_markup": keys()}),
        ("sendPhoto", pictured(caption="x" * 1024, reply_markup=keys([key()]))),
        ("sendPhoto", pictured(photo=png(9_500, 500), message_thread_id=5)),
        ("sendPhoto", {"chat_id": 1, "photo": "AgACAgIAAx0"}),
        ("editMessageMedia", media("<b>errors</b>") | {"f1": png(1200, 800)}),
        ("sendDocument", {"chat_id": 1, "document": b"#" * 20_000_000}),
        ("editMessageCaption", {"chat_id": 1, "message_id": 7, "caption": "<b>x</b>", "parse_mode": "HTML"}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 200, "show_alert": "true"}),
        ("answerCallbackQuery", {"callback_query_id": "1"}),
        ("setMyCommands", {"commands": [command(f"c{n}", "x" * 256) for n in range(100)]}),
        ("setMyCommands", {"commands": [command()], "scope": {"type": "chat", "chat_id": -1}, "language_code": "de"}),
        ("createForumTopic", {"chat_id": -1, "name": "x" * 128, "icon_color": 16478047}),
        ("closeForumTopic", {"chat_id": -1, "message_thread_id": 9}),
        ("getUpdates", {"offset": -1, "limit": 100, "timeout": 50, "allowed_updates": ["message", "callback_query"]}),
        ("getMe", {"anything": 1}),
    ],
)
def test_calls_that_telegram_takes(method: str, args: Args) -> None:
    assert faults(method, args) == []


@pytest.mark.parametrize(
    ("method", "args", "fault"),
    [
        ("sendMessage", said("x" * 4097), "4097 characters after parsing"),
        ("sendMessage", said("😀" * 2049), "4098 characters"),
        ("sendMessage", said(""), "more than 0"),
        ("sendMessage", said("<b> </b>"), "0 characters after parsing"),
        ("sendMessage", said("a & b"), "can't parse entities"),
        ("sendMessage", said(parse_mode="MarkdownV2"), "must be one of ('HTML',)"),
        ("sendMessage", said(disable_web_page_preview=True), "additional property"),
        ("sendMessage", said(message_thread_id=1), "must be a number from 2"),
        ("sendMessage", {"text": "words"}, "lacks chat_id"),
        ("sendMessage", said(reply_markup=keys([])), "1 to 8 items"),
        ("sendMessage", said(reply_markup=keys([key()] * 9)), "1 to 8 items"),
        ("sendMessage", said(reply_markup=keys(*[[key()] * 5] * 21)), "more than 100 buttons"),
        ("sendMessage", said(reply_markup=keys([key("x" * 65)])), "1 to 64 bytes"),
        ("sendMessage", said(reply_markup=keys([key("ü" * 33)])), "1 to 64 bytes"),
        ("sendMessage", said(reply_markup=keys([key("")])), "1 to 64 bytes"),
        ("sendMessage", said(reply_markup=keys([key(text="")])), "more than 0"),
        ("sendMessage", said(reply_markup=keys([key(url="https://x")])), "exactly one of"),
        ("sendMessage", said(reply_markup=keys([{"text": "x"}])), "exactly one of"),
        ("sendMessage", said(reply_markup=keys([key(style="red")])), "must be one of"),
        ("sendMessage", said(reply_markup=keys([{"text": "x", "url": "javascript:x"}])), "is not like"),
        ("sendMessage", said(reply_markup={"force_reply": True, "input_field_placeholder": "x" * 65}), "less than 65"),
        ("sendMessage", said(reply_parameters={"message_id": 0}), "must be a number from 1"),
        ("editMessageText", said(), "lacks message_id"),
        ("editMessageText", said(message_id=7, reply_markup={"force_reply": True}), "lacks inline_keyboard"),
        ("sendPhoto", pictured(caption="x" * 1025), "1025 characters"),
        ("sendPhoto", pictured(caption="a < b"), "can't parse entities"),
        ("sendPhoto", pictured(photo=png(6_000, 4_001)), "PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", pictured(photo=png(2_100, 100)), "the ratio of 2100 by 100"),
        ("sendPhoto", pictured(photo=png(10, 10, more=10_000_000)), "10000000 are allowed"),
        ("sendPhoto", pictured(photo=b"GIF89a"), "not a PNG"),
        ("sendPhoto", pictured(photo=b""), "not a PNG"),
        ("sendPhoto", pictured(photo=7), "must be a file"),
        ("editMessageMedia", media("x" * 1025) | {"f1": png(1200, 800)}, "1025 characters"),
        ("editMessageMedia", media("errors") | {"f1": png(6_000, 4_001)}, "PHOTO_INVALID_DIMENSIONS"),
        ("editMessageMedia", media("errors"), "'attach://f1' names nothing"),
        ("sendDocument", {"chat_id": 1, "document": bytes(50_000_001)}, "50000000 are allowed"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "less than 201"),
        ("answerCallbackQuery", {"text": "x"}, "lacks callback_query_id"),
        ("setMyCommands", {"commands": [command("Status")]}, "is not like"),
        ("setMyCommands", {"commands": [command("x" * 33)]}, "less than 33"),
        ("setMyCommands", {"commands": [command(about="")]}, "more than 0"),
        ("setMyCommands", {"commands": [command(about="x" * 257)]}, "less than 257"),
        ("setMyCommands", {"commands": [command(f"c{n}") for n in range(101)]}, "0 to 100 items"),
        ("setMyCommands", {"commands": [command(), command()]}, "the command status is there twice"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}, "lacks chat_id"),
        ("setMyCommands", {"commands": [], "scope": {"type": "groups"}}, "unsupported type"),
        ("setMyCommands", {"commands": [], "language_code": "deu"}, "is not like"),
        ("createForumTopic", {"chat_id": -1, "name": "x" * 129}, "less than 129"),
        ("createForumTopic", {"chat_id": -1, "name": " "}, "more than 0"),
        ("createForumTopic", {"chat_id": -1, "name": "x", "icon_color": 1}, "must be one of"),
        ("getUpdates", {"limit": 101}, "must be a number from 1 to 100"),
        ("getUpdates", {"allowed_updates": ["messages"]}, "must be one of"),
    ],
)
def test_calls_that_must_not_be_made(method: str, args: Args, fault: str) -> None:
    assert any(fault in one for one in faults(method, args)), faults(method, args)


def test_what_a_reader_sees() -> None:
    assert shown(said("<b>a</b> &lt;")) == "a <"
    assert shown({"text": " <b> "}) == "<b>"
    assert shown(pictured(caption="<i>c</i>")) == "c"
