"""Whether posting and listening in Telegram would work; each finding with its mend."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from telegram import ChatFullInfo, ChatMember, ChatMemberRestricted, Update, User
from telegram.error import BadRequest, Conflict
from telegram.ext import ExtBot

from bot.chat.places import named
from bot.chat.telegram_errors import WEBHOOK, conflict
from bot.chat.telegram_places import KINDS, TELL, places
from bot.chat.telegram_room import Room

log = logging.getLogger(__name__)

PRIVACY = "privacy mode is on: in the group the bot hears commands to it, replies to it and mentions, and needs no more"
TOPICS = (
    "the bot may not manage topics, so incidents share one: for a topic each, make it an administrator of the group "
    "with that right (can_manage_topics)"
)
NO_FORUM = "the Telegram chat has no topics, so incidents share it: for a topic each, turn topics on in the group"


@dataclass(slots=True)
class Found:
    """What is wrong, and what a person should know even though it is not; one line each."""

    troubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def look(bot: ExtBot[int], room: Room, rival: int | None) -> Found:
    """Looks at everything.

    rival: seconds to poll in order to see another poller; None when we poll ourselves.

    Raises:
        TelegramError: the token is refused, or Telegram does not answer: nothing more can be looked at.
    """
    me = await bot.get_me()
    found, known = Found(), True
    updates: Sequence[Update] = ()
    try:
        await _in_the_room(bot, room, me, found)
    except BadRequest as error:
        if "chat not found" not in error.message.lower():
            raise
        known = False
    if (await bot.get_webhook_info()).url:
        found.troubles.append(WEBHOOK)
    elif rival is not None:
        try:
            updates = await bot.get_updates(timeout=rival, allowed_updates=KINDS)  # no offset: confirms nothing
        except Conflict as error:
            found.troubles.append(conflict(error.message))
    if not known:
        found.troubles.insert(0, _nowhere(room.chat, me, updates))
    return found


def _nowhere(chat: int, me: User, updates: Sequence[Update]) -> str:
    heard = named(places(updates))
    mend = f"set chat.telegram.chat to one that the bot heard of: {heard}" if heard else TELL.format(bot=me.username)
    return f"there is no Telegram chat {chat}, or the bot was never in it: check chat.telegram.chat; {mend}"


async def _in_the_room(bot: ExtBot[int], room: Room, me: User, found: Found) -> None:
    try:
        chat = await bot.get_chat(room.chat)
        member = None if chat.type == chat.PRIVATE else await bot.get_chat_member(room.chat, me.id)
    except TypeError:  # a Bot API server older than the library leaves out fields that it insists on
        log.info("this Bot API server is older than the library: the rights in the chat were not looked at")
        return
    if room.thread(room.place()) is not None and not chat.is_forum:
        found.troubles.append(
            "the Telegram chat has no topics: leave out chat.telegram.topic, or turn topics on in the group"
        )
    if member is None:
        return
    if member.status in {ChatMember.LEFT, ChatMember.BANNED}:
        found.troubles.append(f"the bot is not in the Telegram chat {chat.effective_name}: add it as a member")
        return
    if not _may_send(chat, member):
        found.troubles.append(f"the bot may not send messages in the Telegram chat {chat.effective_name}: let it")
    leads = member.status in {ChatMember.OWNER, ChatMember.ADMINISTRATOR}
    if chat.type != chat.CHANNEL and not leads and not me.can_read_all_group_messages:
        found.notes.append(PRIVACY)
    if room.own:
        found.notes.extend(_no_topics(chat, member))


def _no_topics(chat: ChatFullInfo, member: ChatMember) -> list[str]:
    """Why incidents get no topics of their own."""
    if not chat.is_forum:
        return [NO_FORUM]
    may = getattr(member, "can_manage_topics", member.status == ChatMember.OWNER)
    return [] if may else [TOPICS]


def _may_send(chat: ChatFullInfo, member: ChatMember) -> bool:
    match member.status:
        case ChatMember.OWNER:
            return True
        case ChatMember.ADMINISTRATOR:
            return chat.type != chat.CHANNEL or bool(getattr(member, "can_post_messages", False))
        case ChatMember.MEMBER:
            return chat.type != chat.CHANNEL and (chat.permissions is None or bool(chat.permissions.can_send_messages))
        case _:
            return isinstance(member, ChatMemberRestricted) and member.is_member and member.can_send_messages
