"""The validator of Slack's messages, by tables of what it must take and what it must refuse."""

from typing import Any

import pytest

from tests.strict.slack import refusal, seen
from tests.strict.slack_text import visible

Block = dict[str, Any]


def plain(text: str = "Words") -> Block:
    return {"type": "plain_text", "text": text}


def words(text: str = "Words") -> Block:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Words", **over: Any) -> Block:
    return {"type": "section", "text": words(text), **over}


def button(action_id: str = "a", **over: Any) -> Block:
    return {"type": "button", "action_id": action_id, "text": plain(), **over}


def actions(*elements: Block, **over: Any) -> Block:
    return {"type": "actions", "elements": list(elements), **over}


def option(value: str = "1h", **over: Any) -> Block:
    return {"text": plain("1 hour"), "value": value, **over}


def menu(**over: Any) -> Block:
    return {"type": "static_select", "action_id": "m", "options": [option(), option("4h")], **over}


def field(element: Block, **over: Any) -> Block:
    return {"type": "input", "label": plain("Reason"), "element": element, **over}


def typed(**over: Any) -> Block:
    return {"type": "plain_text_input", "action_id": "reason", **over}


def modal(*blocks: Block, **over: Any) -> Block:
    return {"type": "modal", "title": plain("Reject"), "submit": plain("Reject"), "blocks": list(blocks), **over}


CONFIRM = {"title": plain(), "text": plain(), "confirm": plain("Yes"), "deny": plain("No")}
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "<b>"}]}]}

GOOD_BLOCKS: list[list[Block]] = [
    [],
    [section("a &amp; b &lt;c&gt;")],
    [section("since <!date^1800000000^{date_short_pretty} {time_secs}|08:00:00 UTC>")],
    [section("<https://steward.example/#/incident/1|Open>")],
    [section("```\nSELECT * FROM x\n```")],
    [section("x" * 3000, fields=[words("x" * 2000), *[words()] * 9], accessory=button(), block_id="b" * 255)],
    [{"type": "header", "text": plain("x" * 150)}, {"type": "divider"}],
    [{"type": "context", "elements": [words()] * 9 + [{"type": "image", "alt_text": "a", "image_url": "https://x/y"}]}],
    [{"type": "image", "alt_text": "errors", "slack_file": {"id": "F1"}, "title": plain()}],
    [actions(*(button(f"a{n}") for n in range(25)))],
    [actions(button(style="danger", value="x" * 2000, confirm=CONFIRM), menu(placeholder=plain("x" * 150)))],
    [actions({"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(5)]})],
    [actions(menu(options=[option(str(n)) for n in range(100)], initial_option=option("7")))],
    [actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-30"})],
    [actions({"type": "datetimepicker", "action_id": "d", "initial_date_time": 1_800_000_000})],
    [actions({"type": "external_select", "action_id": "id", "min_query_length": 0})],
    [RICH, {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, RICH]]}],
    [section()] * 50,
]
BAD_BLOCKS: list[tuple[list[Any], str]] = [
    ([section()] * 51, "50 items"),
    (["words"], "unsupported type"),
    ([{"type": "marquee"}], "unsupported type: marquee"),
    ([{"type": ["section"]}], "unsupported type"),
    ([section(colour="red")], "additional property: colour"),
    ([{"type": "section"}], "text or fields"),
    ([section("")], "more than 0"),
    ([section(" \n ")], "more than 0"),
    ([section("x" * 3001)], "less than 3001"),
    ([section("😀" * 1501)], "less than 3001"),
    ([section(fields=[words()] * 11)], "1 to 10 items"),
    ([section(fields=[words("x" * 2001)])], "less than 2001"),
    ([section("a & b")], "& is not escaped"),
    ([section("a &quot; b")], "& is not escaped"),
    ([section("cut &am")], "& is not escaped"),
    ([section("a < b")], "< is not escaped"),
    ([section("a > b")], "> is not escaped"),
    ([section("<!channel>")], "< is not escaped"),
    ([section("<!here|here>")], "< is not escaped"),
    ([section("<@U0ADA>")], "< is not escaped"),
    ([section("<https://bare.example>")], "< is not escaped"),
    ([section("<javascript:alert(1)|click>")], "< is not escaped"),
    ([section("<!date^1800000000^{time}>")], "< is not escaped"),
    ([section("<!date^1800000000^{era}|x>")], "< is not escaped"),
    ([section("```\nopen")], "code block is not closed"),
    ([section("\u202eevil")], "U+202E"),
    ([section("\x1b[31m")], "U+001B"),
    ([section("\ud800")], "U+D800"),
    ([{"type": "header", "text": words()}], "must be one of ('plain_text',)"),
    ([{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    ([{"type": "context", "elements": [words()] * 11}], "1 to 10 items"),
    ([{"type": "context", "elements": []}], "1 to 10 items"),
    ([{"type": "image", "alt_text": "a"}], "exactly one of image_url, slack_file"),
    ([{"type": "image", "image_url": "https://x/y"}], "lacks alt_text"),
    ([actions()], "1 to 25 items"),
    ([actions(*(button(f"a{n}") for n in range(26)))], "1 to 25 items"),
    ([actions(typed())], "unsupported type: plain_text_input"),
    ([actions(button(text=words()))], "must be one of ('plain_text',)"),
    ([actions(button(text=plain("x" * 76)))], "less than 76"),
    ([actions(button(value="x" * 2001))], "less than 2001"),
    ([actions(button(value=""))], "more than 0"),
    ([actions(button(style="warning"))], "must be one of ('primary', 'danger')"),
    ([actions(button(url="ftp://x"))], "is not like"),
    ([actions(button("x" * 256))], "less than 256"),
    ([actions(button()), actions(button())], "`action_id` 'a' is there 2 times"),
    ([section(accessory=button()), actions(button())], "`action_id` 'a' is there 2 times"),
    ([section(block_id="b"), section(block_id="b")], "`block_id` 'b' is there 2 times"),
    ([actions(button(confirm={**CONFIRM, "text": plain("x" * 301)}))], "less than 301"),
    ([actions(button(confirm={**CONFIRM, "confirm": plain("x" * 31)}))], "less than 31"),
    ([actions(button(confirm={"title": plain()}))], "lacks deny"),
    ([actions(menu(options=[]))], "1 to 100 items"),
    ([actions(menu(options=[option(str(n)) for n in range(101)]))], "1 to 100 items"),
    ([actions(menu(options=[option("x" * 151)]))], "less than 151"),
    ([actions(menu(options=[option(text=plain("x" * 76))]))], "less than 76"),
    ([actions(menu(options=[option(description=plain("x" * 76))]))], "less than 76"),
    ([actions(menu(options=[option(url="https://x")]))], "additional property: url"),
    ([actions(menu(options=[option(), option()]))], "the same value"),
    ([actions(menu(initial_option=option("9h")))], "is not one of the options"),
    ([actions(menu(option_groups=[{"label": plain(), "options": [option()]}]))], "exactly one of"),
    ([actions({"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(6)]})], "1 to 5 items"),
    ([actions({"type": "datepicker", "action_id": "d", "initial_date": "30.11.2026"})], "is not like"),
    ([actions({"type": "timepicker", "action_id": "d", "initial_time": "24:00"})], "is not like"),
    ([actions({"type": "checkboxes", "action_id": "c", "options": [option(str(n)) for n in range(11)]})], "1 to 10"),
    ([section(accessory={"type": "datetimepicker", "action_id": "d"})], "unsupported type: datetimepicker"),
    ([actions(menu(focus_on_load=True), menu(action_id="n", focus_on_load=True))], "more than once"),
    ([{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2, "only_one_table_allowed"),
    ([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "broadcast"}]}]}],
     "unsupported type: broadcast"),
]  # fmt: skip


@pytest.mark.parametrize("blocks", GOOD_BLOCKS)
def test_blocks_that_slack_takes(blocks: list[Block]) -> None:
    for method in ("chat.postMessage", "chat.update", "chat.postEphemeral", "response"):
        assert refusal(method, {"channel": "C1", "text": "words", "blocks": blocks}) == ("", [])


@pytest.mark.parametrize(("blocks", "fault"), BAD_BLOCKS)
def test_blocks_that_must_not_be_sent(blocks: list[Any], fault: str) -> None:
    code, faults = refusal("chat.postMessage", {"text": "words", "blocks": blocks})
    assert code == "invalid_blocks"
    assert any(fault in one for one in faults), faults


@pytest.mark.parametrize(
    ("method", "given", "code"),
    [
        ("chat.postMessage", {"text": "x" * 40_000}, ""),
        ("chat.postMessage", {"text": "x" * 40_001}, "msg_too_long"),
        ("chat.update", {"text": "x" * 4_000}, ""),
        ("chat.update", {"text": "x" * 4_001}, "msg_too_long"),
        ("chat.update", {"text": "😀" * 2_001}, "msg_too_long"),
        ("chat.update", {"text": "words", "blocks": [section("x" * 2_900)] * 5}, "msg_blocks_too_long"),
        ("chat.update", {"text": "words", "blocks": [section("ü" * 2_900)] * 3}, "msg_blocks_too_long"),
        ("chat.postMessage", {"text": ""}, "no_text"),
        ("chat.postMessage", {"blocks": [section()]}, "no_text"),
        ("chat.postMessage", {"text": "<!here>"}, "invalid_blocks"),
        ("chat.postMessage", {"text": "words", "parse": "full"}, "invalid_blocks"),
        ("chat.postMessage", {"text": "words", "link_names": True}, "invalid_blocks"),
        ("chat.postMessage", {"text": "words", "blocks": '[{"type": "divider"}]', "thread_ts": None}, ""),
        ("response", {"text": "words", "response_type": "everyone"}, "invalid_blocks"),
        ("response", {"delete_original": True}, ""),
        ("files.getUploadURLExternal", {"filename": "chart.png", "length": "4711", "alt_txt": "errors"}, ""),
        ("files.getUploadURLExternal", {"filename": "chart.png", "length": 0}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"length": 1}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": '[{"id": "F1"}]', "channel_id": "C1", "thread_ts": "1.2"}, ""),
        ("files.completeUploadExternal", {"files": []}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": [{"id": "F1"}], "initial_comment": "<!here>"}, "invalid_arguments"),
        ("ack:options", {"options": []}, ""),
        ("ack:options", {"options": [option(str(n)) for n in range(101)]}, "invalid_options"),
        ("ack:options", {"options": [option(text=plain("a & b"))]}, "invalid_options"),
        ("ack:view_submission", {}, ""),
        ("ack:view_submission", {"response_action": "errors", "errors": {"reason": "too short"}}, ""),
        ("ack:view_submission", {"response_action": "errors", "errors": {}}, "invalid_errors"),
        ("ack:view_submission", {"response_action": "close"}, "invalid_response_action"),
        ("ack:view_submission", {"response_action": "update", "view": {"type": "modal"}}, "invalid_blocks"),
        ("auth.test", {"anything": "<!here>"}, ""),
    ],
)  # fmt: skip
def test_calls(method: str, given: Block, code: str) -> None:
    assert refusal(method, given)[0] == code


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (modal(section()), ""),
        (modal(field(typed(multiline=True, min_length=3, max_length=3000, placeholder=plain("x" * 150)))), ""),
        (modal(field(menu()), field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"})), ""),
        (modal(section(), private_metadata="x" * 3000, callback_id="x" * 255, close=plain("Cancel")), ""),
        (modal(*[section()] * 100), ""),
        (modal(*[section()] * 101), "1 to 100 items"),
        (modal(), "1 to 100 items"),
        (modal(section(), title=plain("x" * 25)), "less than 25"),
        (modal(section(), submit=plain("x" * 25)), "less than 25"),
        (modal(section(), private_metadata="x" * 3001), "less than 3001"),
        (modal(section(), hash="1"), "additional property: hash"),
        (modal(field(typed(min_length=5, max_length=3))), "min_length 5 is over max_length 3"),
        (modal(field(typed(max_length=3001))), "from 1 to 3000"),
        (modal(field(typed(max_length=3, initial_value="four"))), "initial value"),
        (modal(field(typed(placeholder=plain("x" * 151)))), "less than 151"),
        (modal(field(typed(), label=plain("x" * 2001))), "less than 2001"),
        (modal(field(button())), "unsupported type: button"),
        (modal(field(typed()), field(typed())), "`action_id` 'reason' is there 2 times"),
        (modal({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}), "unsupported type: table"),
        ({**modal(field(typed())), "type": "home"}, "must be one of ('modal',)"),
        ({key: one for key, one in modal(field(typed())).items() if key != "submit"}, "required field: submit"),
    ],
)
def test_modals(view: Block, fault: str) -> None:
    code, faults = refusal("views.open", {"trigger_id": "1.2", "view": view})
    assert bool(code) == bool(fault)
    assert any(fault in one for one in faults) or not fault, faults


def test_views_need_their_way_in_and_home_is_for_a_person() -> None:
    home = {"type": "home", "blocks": [section()] * 100}
    assert refusal("views.publish", {"user_id": "U1", "view": home}) == ("", [])
    assert refusal("views.publish", {"view": home})[1] == ["must have exactly one of user_id"]
    assert refusal("views.publish", {"user_id": "U1", "view": modal(section())})[0] == "invalid_blocks"
    assert refusal("views.open", {"view": modal(section())})[0] == "invalid_blocks"
    assert refusal("views.update", {"view_id": "V1", "view": modal(section())})[0] == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*Why*\nerrors at 40%", "Why\nerrors at 40%"),
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"),
        ("*_both_* ~gone~", "both gone"),
        ("snake_case_name 2*3*4 a * b * c", "snake_case_name 2*3*4 a * b * c"),
        ("log *boom* here", "log boom here"),
        ("```\n*as it is* &gt;\n```", "*as it is* >"),
        ("`code` <https://x.example/|Open>", "code Open"),
        ("<!date^1^{time}|08:00>", "08:00"),
    ],
)
def test_what_a_reader_sees(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_all_words_of_a_message_are_seen() -> None:
    blocks = [{"type": "header", "text": plain("A &amp; B")}, section("*C*"), actions(button(text=plain("D")))]
    assert seen(blocks) == "A & B\nC\nD"
