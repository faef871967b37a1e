"""The manifest within Slack's documented limits, and its scopes against what the adapter calls."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack_app import EVENTS, PRIVATE, SCOPES, manifest
from bot.flow.answer import HELP
from tests.standins.slack_api import SCOPE_OF
from tests.syntax import ROOT, modules

# As the pages of the methods and events on docs.slack.dev say; empty where none is needed.
METHODS: Mapping[str, str] = {
    "apps.connections.open": "",
    "auth.test": "",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.info": "channels:read",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.upload.v2": "files:write",  # the SDK's name for the two above
    "users.conversations": "channels:read",
    "views.open": "",
    "views.publish": "",
    "views.push": "",
    "views.update": "",
}
OF_EVENTS: Mapping[str, str] = {"app_mention": "app_mentions:read", "app_home_opened": "", "message.im": "im:history"}


def called() -> set[str]:
    """The methods of the Web API that the adapter calls, by Slack's names."""
    known = {name for name in dir(AsyncWebClient) if re.match(r"[a-z]+_", name)}
    return {
        node.func.attr.replace("_", ".")
        for module in modules("bot/chat")
        if "/slack" in module.name
        for node in module.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in known
    }


def test_the_scopes_cover_every_method_that_is_called_and_every_event() -> None:
    methods = called()
    assert {"auth.test", "chat.postMessage", "chat.update", "users.conversations"} <= methods
    assert methods <= set(METHODS), "look up the scope of a new method, and name it here"
    needed = {METHODS[method] for method in methods} | {OF_EVENTS[event] for event in EVENTS}
    assert needed - {""} <= set(SCOPES)


def test_no_scope_is_asked_for_that_nothing_needs() -> None:
    assert set(SCOPES) <= {*METHODS.values(), *OF_EVENTS.values(), "commands"}
    assert len([*SCOPES, PRIVATE]) < 8


def test_the_page_says_what_each_scope_is_for() -> None:
    page = (ROOT / "docs/slack-and-telegram.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z_]+:?[a-z]*)` \|", page, re.MULTILINE)[: len(SCOPES) + 1] == [*SCOPES, PRIVATE]
    assert all(f"`{event}`" in page for event in EVENTS)


def test_the_standin_wants_the_same_scopes() -> None:
    assert {method: scope for method, scope in SCOPE_OF.items() if method in METHODS} == {
        method: METHODS[method] for method in SCOPE_OF if method in METHODS
    }


MADE = manifest(HELP)


def texts(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from texts(value, f"{path}.{key}".lstrip("."))
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, f"{path}[]")
    elif isinstance(node, str):
        yield path, node


# https://docs.slack.dev/reference/app-manifest: the longest text, and what it looks like.
LIMITS: Mapping[str, tuple[int, str]] = {
    "display_information.name": (35, r".+"),
    "display_information.description": (140, r".+"),
    "features.bot_user.display_name": (80, r"[a-z0-9._-]+"),
    "features.slash_commands[].command": (32, r"/[a-z0-9_-]+"),
    "features.slash_commands[].description": (2000, r".+"),
    "features.slash_commands[].usage_hint": (1000, r".+"),
    "oauth_config.scopes.bot[]": (80, r"[a-z_:.]+"),
    "settings.event_subscriptions.bot_events[]": (80, r"[a-z_.]+"),
}


@pytest.mark.parametrize(("path", "text"), list(texts(MADE)))
def test_every_text_of_the_manifest_is_within_its_limit(path: str, text: str) -> None:
    longest, looks = LIMITS[path]
    assert len(text) <= longest
    assert re.fullmatch(looks, text)


def test_the_manifest_has_only_keys_that_slack_knows_and_those_that_it_must_have() -> None:
    assert set(MADE) == {"display_information", "features", "oauth_config", "settings"}
    assert set(MADE["features"]) == {"app_home", "bot_user", "slash_commands"}
    assert set(MADE["settings"]) == {
        "event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled",
    }  # fmt: skip
    assert MADE["oauth_config"] == {"scopes": {"bot": [*SCOPES, PRIVATE]}}


def test_what_steward_hears_by_a_socket_is_switched_on_and_what_would_break_it_is_off() -> None:
    settings = MADE["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"] == {"is_enabled": True}
    assert settings["event_subscriptions"] == {"bot_events": list(EVENTS)}
    assert not settings["token_rotation_enabled"]
    assert not settings["org_deploy_enabled"]
    assert MADE["features"]["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True,
    }  # fmt: skip


def test_the_hint_of_the_command_shows_every_word() -> None:
    (command,) = MADE["features"]["slash_commands"]
    assert command["usage_hint"].split(" | ") == list(HELP)
