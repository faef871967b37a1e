import json

import pytest

from bot.assembly import validate
from bot.config.document import parse
from bot.config.load import check
from bot.domain.errors import StewardError
from tests.unit.bot.shop_config import LEAST, TOKENS, WHOLE, built


async def test_the_parts_are_those_that_the_config_names() -> None:
    parts = built(WHOLE)
    assert [(source.name, source.every) for source in parts.sources] == [("prom", 20.0), ("logs", 5.0)]
    assert [chat.surface for chat in parts.chats] == ["slack", "telegram"]
    assert parts.llm is not None
    assert parts.llm.name == "llama3.2"
    assert {name: dict(one.options) for name, one in parts.fleet.targets.items()} == {
        "payments": {"directory": "/srv/shop"},
        "search": {"directory": "/srv/search"},
    }
    assert list(parts.fleet.actuators) == ["process"]
    await parts.close()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param(
            "chat: {slack: {chanel: C1}}",
            "line 3, chat.slack.chanel: unknown key 'chanel'; did you mean 'channel'?",
            id="misspelt option",
        ),
        pytest.param(
            "chat: {slack: {channel: '#shop'}}", "line 3, chat.slack.channel: must be the channel's id", id="a name"
        ),
        pytest.param("chat: {telegram: {}}", "line 3, chat.telegram: 'chat' is missing", id="no chat id"),
        pytest.param("chat: {telegram: {chat: shop}}", "line 3, chat.telegram.chat: input should be", id="no number"),
        pytest.param("chat: {slack: {channel: C1, api_url: 'http://['}}", "line 3, chat.slack.api_url:", id="address"),
        pytest.param(
            "services:\n  pay:\n    target: {kind: kubernets}",
            "line 5, services.pay.target.kind: there is no actuator of kind 'kubernets'; the kinds are ",
            id="wrong actuator",
        ),
        pytest.param(
            "services:\n  pay:\n    target: {kind: process, directroy: /srv}",
            "line 5, services.pay.target.directroy: unknown key 'directroy'; did you mean 'directory'?",
            id="misspelt option of a target",
        ),
        pytest.param(
            "services:\n  pay:\n    target: {kind: kubernetes, namespace: shop, workload: pay}",
            "line 5, services.pay.target.workload: 'pay' is no workload: write deployment/NAME,",
            id="wrong workload",
        ),
        pytest.param(
            "watch:\n  - {name: q, source: prom, query: up, unit: bytes, bad: no}", "line 4, watch[0].bad:", id="watch"
        ),
    ],
)
async def test_a_mistake_in_the_options_is_one_line_with_its_place(more: str, words: str) -> None:
    with pytest.raises(StewardError) as caught:
        built(f"{LEAST}{more}\n")
    assert str(caught.value).startswith(f"steward.yaml {words}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "{name: a, kind: promethues}",
            "steward.yaml line 2, sources[0].kind: no source of kind 'promethues'; did you mean 'prometheus'?",
        ),
        ("{name: a, kind: prometheus}", "steward.yaml line 2, sources[0]: 'url' is missing"),
        (
            "{name: a, kind: prometheus, ulr: http://x}",
            "steward.yaml line 2, sources[0].ulr: unknown key 'ulr'; did you mean 'url'?",
        ),
        ("{name: a, kind: prometheus, url: localhost}", "steward.yaml line 2, sources[0].url: must be an address"),
        (
            "{name: a, kind: prometheus, url: http://x, every: fast}",
            "steward.yaml line 2, sources[0].every: 'fast' is not a duration: write 15s, 10m, 2h or 7d",
        ),
        ("{name: a, kind: files}", "steward.yaml line 2, sources[0]: 'paths' is missing"),
    ],
)
async def test_a_mistake_in_a_source_is_one_line_with_its_place(source: str, words: str) -> None:
    with pytest.raises(StewardError) as caught:
        built(f"sources:\n  - {source}\n")
    assert str(caught.value).startswith(words)


async def test_a_query_of_ones_own_needs_a_source_that_takes_queries() -> None:
    more = "watch:\n  - {name: q, source: a, query: up}\n"
    with pytest.raises(StewardError) as caught:
        built(f"sources:\n  - {{name: a, kind: files, paths: [/x]}}\n{more}")
    assert str(caught.value) == (
        "steward.yaml line 4, watch[0].source: a source of kind files takes no queries of your own"
    )


def test_a_config_can_be_checked_without_secrets() -> None:
    validate(check(parse(WHOLE, "steward.yaml", {})))
    with pytest.raises(StewardError, match=r"line 14, chat\.slack\.channel"):
        validate(check(parse(WHOLE.replace("C0123456789", "shop"), "steward.yaml", {})))


@pytest.mark.parametrize("name", sorted(TOKENS))
async def test_a_missing_token_says_who_needs_it_and_shows_none_of_the_others(name: str) -> None:
    tokens = {key: value for key, value in TOKENS.items() if key != name}
    with pytest.raises(StewardError) as caught:
        built(WHOLE, tokens)
    surface = name.partition("_")[0].lower()
    assert (
        str(caught.value) == f"{name} is not set, and chat.{surface} needs it: export {name}=..., or {name}_FILE=path"
    )


@pytest.mark.parametrize("store", ["mysql://a/b", "steward.db", "postgresql://u@h:port/db"])
async def test_a_store_that_cannot_be_one_is_one_line(store: str) -> None:
    with pytest.raises(StewardError, match=r"^steward.yaml line 3, store: .* use sqlite:///"):
        built(f"{LEAST}store: {json.dumps(store)}\n")


async def test_outlets_are_surfaces_and_a_login_to_the_mail_server_is_optional() -> None:
    more = """chat:
  webhook: {url: "https://example.com/in"}
  email: {host: mail.example.com, sender: s@example.com, to: [ops@example.com]}
telling:
  routes: [{email: shop@example.com, webhook: "https://shop.example.com"}]
"""
    with pytest.raises(StewardError, match=r"WEBHOOK_SECRET is not set, and chat\.webhook needs it"):
        built(f"{LEAST}{more}", {})
    with pytest.raises(StewardError, match="SMTP_USER and SMTP_PASSWORD belong together"):
        built(f"{LEAST}{more}", {"WEBHOOK_SECRET": "x", "SMTP_USER": "steward"})
    for login in ({}, {"SMTP_USER": "steward", "SMTP_PASSWORD": "x"}):
        parts = built(f"{LEAST}{more}", {"WEBHOOK_SECRET": "x", **login})
        assert [chat.surface for chat in parts.chats] == ["webhook", "email"]
        await parts.close()
