"""Slack's payloads as clicks and commands, with ids that a second delivery repeats. Pure."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast, get_args

from bot.chat.mentions import words_of
from bot.domain.card import Verb
from bot.domain.people import Click, Command, Person

Body: TypeAlias = Mapping[str, Any]

OURS = re.compile(rf"steward_({'|'.join(get_args(Verb))})(?:_\d+)?")
"""The `action_id` of our buttons and menus."""

_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a person stands in Slack, so that an answer can be shown there.

    channel: empty at the app's Home, which no channel has.
    thread: its root; empty outside of any.
    aloud: whether all may read the answer, as they read the question.
    """

    channel: str
    user: str
    thread: str = ""
    aloud: bool = False


def click_of(body: Body) -> Click:
    """The click in a `block_actions` payload. Its id names the press itself, so a replay has the same one."""
    action, user, container = body["actions"][0], body["user"], body["container"]
    channel = body.get("channel", {}).get("id", "home")  # a button of a view stands in no channel
    ts = container.get("message_ts") or container["view_id"]
    place = (channel, ts, action["action_id"], user["id"], action["action_ts"])
    found = OURS.fullmatch(action["action_id"])
    assert found is not None
    chosen = action.get("selected_option") or action  # a menu has its value there
    subject, _, digest = str(chosen["value"]).rpartition(":")
    return Click("/".join(("slack", *place)), person_of(user), cast("Verb", found[1]), subject, digest)


def spot_of(body: Body) -> Spot:
    """Where the clicked message stands. A root is answered in the channel: its thread may not be open."""
    if "channel" not in body:
        return Spot("", body["user"]["id"])
    spot = body["container"]
    # an answer that only one person sees comes without its `message`
    thread = str(spot.get("thread_ts") or body.get("message", {}).get("thread_ts") or "")
    return Spot(body["channel"]["id"], body["user"]["id"], "" if thread == spot["message_ts"] else thread)


def command_of(body: Body) -> tuple[Command, Spot]:
    """The command in a slash command's payload, which tells of no thread; its trigger belongs to one submission."""
    channel, user = body["channel_id"], body["user_id"]
    person = Person("slack", user, str(body.get("user_name") or ""))
    words = tuple(str(body.get("text") or "").split())
    return Command("/".join(("slack", channel, user, body["trigger_id"])), person, words), Spot(channel, user)


def mention_of(body: Body) -> tuple[Command, Spot] | None:
    """The command or question in an `app_mention` event; none when a bot wrote it, or when it is an edit.

    The id is the message's own, whichever event and delivery tell of it. It is answered in its thread.
    """
    event = body["event"]
    if event.get("bot_id") or event.get("subtype") or event.get("edited") or not event.get("user"):
        return None
    channel, ts, thread = event["channel"], event["ts"], str(event.get("thread_ts") or "")
    ours = next((str(one["user_id"]) for one in body.get("authorizations") or () if one.get("is_bot")), "")
    about = f"{channel}:{thread}" if thread else ""
    words = words_of(said(event.get("text") or "", ours))
    command = Command(f"slack/{channel}/{ts}", Person("slack", event["user"]), words, thread=about)
    return command, Spot(channel, event["user"], thread or ts, aloud=True)


def said(text: str, ours: str) -> str:
    """A message's text as a person reads it, without the mention of the bot.

    Args:
        text: as Slack gives it, with `<@U1>`, `<https://x|x>` and `&amp;`.
        ours: the user id of the bot; empty when it is not known, and then the first mention is taken for it.
    """
    bot = rf"<@{re.escape(ours) or '[A-Z0-9]+'}(?:\|[^<>]*)?>"
    rest = re.sub(bot, " ", text, count=0 if ours else 1)
    return html.unescape(_ENTITY.sub(_read, rest)).strip()


def _read(entity: re.Match[str]) -> str:
    kind, name, label = entity[1], entity[2], entity[3]
    if label and (kind == "!" or label.startswith(("@", "#"))):
        return label
    return f"{kind.replace('!', '@')}{label or name}"


def person_of(user: Body) -> Person:
    """Who acted, in a payload of an interaction."""
    return Person("slack", user["id"], str(user.get("username") or user.get("name") or ""))
