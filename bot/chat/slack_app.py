"""The Slack app that Steward needs, as data: its scopes, its events, and the manifest that Slack makes the app of.

Sources: the pages of methods, events and scopes on docs.slack.dev; for the manifest,
https://docs.slack.dev/reference/app-manifest.
"""

from collections.abc import Iterable, Mapping
from typing import Any

SCOPES: Mapping[str, str] = {
    "chat:write": "posts and edits",
    "commands": "/steward",
    "app_mentions:read": "questions in a thread",
    "files:write": "charts",
    "channels:read": "looks at its channel",
}
"""What the bot's token must be allowed, and what for."""

PRIVATE = "groups:read"
"""The same as `channels:read` for a private channel; nobody else needs it."""

EVENTS = ("app_mention", "app_home_opened")

API = "https://slack.com/api/"
CREATE = "https://api.slack.com/apps?new_app=1"
NAME = "slack-app.json"
"""The file of the manifest, beside the config."""


def manifest(words: Iterable[str]) -> dict[str, Any]:
    """The manifest, as Slack takes it in JSON. `words` are the commands that the hint of /steward shows."""
    return {
        "display_information": {
            "name": "Steward",
            "description": "One incident for one problem: its cause, its cure, and nothing done before Approve.",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,  # without it nobody can be written to
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "steward", "always_online": True},
            "slash_commands": [
                {
                    "command": "/steward",
                    "description": "Ask about incidents, or decide on them",
                    "usage_hint": " | ".join(words),
                    "should_escape": False,  # or a service that is called shop.example.com would come as a link
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, PRIVATE]}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
