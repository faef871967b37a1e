"""Whether posting and listening in Telegram would work; each finding with its mend."""

import logging
from collections.abc import AsyncIterator

from telegram import ChatFullInfo, ChatMember, ChatMemberRestricted
from telegram.error import Conflict
from telegram.ext import ExtBot

from bot.chat.telegram_errors import WEBHOOK, conflict
from bot.chat.telegram_room import Room

log = logging.getLogger(__name__)


async def findings(bot: ExtBot[int], room: Room, rival: int | None) -> AsyncIterator[str]:
    """What is wrong, one line each.

    rival: seconds to poll in order to see another poller; None when we poll ourselves.

    Raises:
        TelegramError: token or chat are refused, or Telegram does not answer: nothing more can be looked at.
    """
    me = await bot.get_me()
    if not me.can_read_all_group_messages:
        log.info("the Telegram bot is in privacy mode: in groups it sees commands to it, replies to it and mentions")
    async for finding in _in_the_room(bot, room, me.id):
        yield finding
    if (await bot.get_webhook_info()).url:
        yield WEBHOOK
    elif rival is not None:
        try:
            await bot.get_updates(timeout=rival, limit=1)  # no offset: confirms nothing
        except Conflict as error:
            yield conflict(error.message)


async def _in_the_room(bot: ExtBot[int], room: Room, me: int) -> AsyncIterator[str]:
    try:
        chat = await bot.get_chat(room.chat)
        member = None if chat.type == chat.PRIVATE else await bot.get_chat_member(room.chat, me)
    except TypeError:  # a Bot API server older than the library leaves out fields that it insists on
        log.info("this Bot API server is older than the library: the rights in the chat were not looked at")
        return
    if room.thread(room.chat) is not None and not chat.is_forum:
        yield "the Telegram chat has no topics: leave out chat.telegram.topic, or turn topics on in the group"
    if member is not None and not _may_send(chat, member):
        yield "the bot may not send messages in the Telegram chat: add it as a member with that right"


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
