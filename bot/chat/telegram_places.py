"""The Telegram chats that a bot has heard of lately. Telegram has no list of a bot's chats: its updates name them."""

from collections.abc import Iterable

from telegram import Bot, Chat, ChatMember, Message, Update
from telegram.error import Conflict
from telegram.request import HTTPXRequest

from bot.chat.places import Place
from bot.chat.telegram_errors import FAILURES, Words, conflict, token_of
from bot.domain.errors import ChatError

KINDS = ("message", "channel_post", "my_chat_member", "callback_query")
"""The updates that name a chat; the third comes when the bot is added to one."""

API = "https://api.telegram.org"

PATIENCE = 10.0
"""Seconds for one answer."""

TELL = "add the bot to the chat, write /start@{bot} there, and run this again: the chat is then listed by name"
"""What to do when no chat is known. A running Steward takes the updates, so it must not run meanwhile."""


def places(updates: Iterable[Update]) -> list[Place]:
    """The chats of the updates, the newest first. Those that the bot was put out of, or that moved, are left out."""
    chats: dict[int, Chat] = {}
    topics: dict[int, dict[int, str]] = {}
    for update in updates:
        chat = update.effective_chat
        if chat is None:
            continue
        chats.pop(chat.id, None)
        if not _is_over(update):
            chats[chat.id] = chat
            topics.setdefault(chat.id, {}).update(_topic(update.effective_message))
    return [Place(chat.effective_name or "?", str(id_), _about(chat, topics[id_])) for id_, chat in chats.items()][::-1]


def _is_over(update: Update) -> bool:
    member, message = update.my_chat_member, update.message
    gone = member is not None and member.new_chat_member.status in {ChatMember.LEFT, ChatMember.BANNED}
    return gone or (message is not None and message.migrate_to_chat_id is not None)


def _topic(message: Message | None) -> dict[int, str]:
    """The topic of a message, by its id. A message in a topic answers the one that made the topic, and named it."""
    if message is None or not message.is_topic_message or message.message_thread_id is None:
        return {}
    root = message.reply_to_message
    made = message.forum_topic_created or (root.forum_topic_created if root is not None else None)
    return {message.message_thread_id: made.name} if made is not None else {}


def _about(chat: Chat, topics: dict[int, str]) -> str:
    named = ", ".join(f"{name} {topic}" for topic, name in topics.items())
    return f"{chat.type}, topics: {named}" if named else str(chat.type)


async def seen(token: str, api_url: str = API, wait: int = 2) -> list[Place]:
    """The chats, for a token alone. Confirms nothing, so that a Steward that is started later hears all of it.

    wait: seconds for an update, or for another poller to show itself.

    Raises:
        ChatError: Telegram refuses, cannot be reached, or another process polls with this token.
        ConfigError: the token cannot be one.
    """
    token = token_of(token)
    address = api_url.rstrip("/")
    requests = [HTTPXRequest(read_timeout=PATIENCE, connect_timeout=PATIENCE) for _ in range(2)]
    bot = Bot(token, f"{address}/bot", request=requests[0], get_updates_request=requests[1])
    try:
        async with bot:
            return places(await bot.get_updates(timeout=wait, allowed_updates=KINDS))
    except Conflict as error:
        raise ChatError(conflict(error.message), permanent=True) from None
    except FAILURES as error:
        raise ChatError(Words(token, address).line(error)) from None  # the library's own words may name the token
