"""What a message in Telegram says to us: a command, a question, or why something was rejected. Pure."""

import re
from collections.abc import Iterable

from telegram import Message, MessageEntity, User

from bot.chat.telegram_html import Piece, cut, inert
from bot.chat.telegram_menu import COMMANDS

NAME_UNITS = 64
_WHY = "why not? Reply to this, if you like."
_REASON = re.compile(rf"[^\n]*, {re.escape(_WHY)}\n\nproposal (\S+)")
MENTIONS = (MessageEntity.MENTION, MessageEntity.TEXT_MENTION)


def words_of(text: str, username: str, *, private: bool) -> tuple[str, ...]:
    """The words of a command such as `/show@OurBot 3f2a`; empty when it is not for us.

    In a group, a command without a name is for us only if it is one of ours: other bots live there too.
    """
    command, *rest = text.split()
    word, _, to = command.removeprefix("/").lower().partition("@")
    if to and to != username.lower():
        return ()
    if word == "start":  # what Telegram's own Start button sends
        word = "help"
    return (word, *rest) if to or private or word in COMMANDS else ()


def said(message: Message, me: User, thread: str) -> tuple[str, ...]:
    """What a message says to us, as the desk knows it; empty when it is not for us.

    thread: as `thread_of` gives it. Words there that are no command are a question about its incident.
    """
    text, private = message.text or "", message.chat.type == message.chat.PRIVATE
    if not text.strip():
        return ()
    if text.startswith("/"):
        return words_of(text, me.username or "", private=private)
    rest, mentioned = _without(text, _mentions(message, me))
    if not (mentioned or private or _answered(message, me) is not None):
        return ()
    words = tuple(rest.split())
    if proposal := _rejected(message, me):
        return ("reason", proposal, *words)
    if words and words[0].lower() in COMMANDS:
        return (words[0].lower(), *words[1:])
    return ("ask", *words) if words and thread else ("help",)


def thread_of(message: Message, me: User) -> str:
    """The ref of the message of ours that this one replies to; empty where there is none.

    In a topic that we made it is the beginning of the ref of whatever stands there, with a colon at the end. A message
    in a topic that replies to no other replies to the one that made the topic, in Telegram's eyes.
    """
    ours = _answered(message, me)
    if ours is not None:
        return f"{message.chat_id}:{ours.message_id}"
    made = message.reply_to_message.forum_topic_created if message.reply_to_message else None
    if not message.is_topic_message or (made is not None and not _is(message.reply_to_message, me)):
        return ""
    return f"{message.chat_id}:{message.message_thread_id}:"


def why(person: User, proposal: str) -> str:
    """The question why a person rejected a proposal, as HTML. It mentions the person, and names the proposal.

    Whoever replies sends the question back with the answer: so it is known what it is about, after a restart too.
    """
    name = cut(" ".join(inert(person.full_name).split()) or str(person.id), NAME_UNITS)
    mention = Piece(name, f'<a href="tg://user?id={person.id}">', "</a>")
    return f"{mention.html}, {_WHY}\n\n{Piece(f'proposal {proposal}', '<i>', '</i>').html}"


def _rejected(message: Message, me: User) -> str:
    """The proposal that a reply gives a reason about; empty when it is no such reply."""
    question = _answered(message, me)
    found = _REASON.fullmatch((question.text or "").strip()) if question is not None else None
    return found[1] if found else ""


def _answered(message: Message, me: User) -> Message | None:
    """The message of ours that this one replies to."""
    replied = message.reply_to_message
    return replied if replied is not None and _is(replied, me) and replied.forum_topic_created is None else None


def _is(message: Message | None, me: User) -> bool:
    return message is not None and message.from_user is not None and message.from_user.id == me.id


def _mentions(message: Message, me: User) -> list[MessageEntity]:
    return [
        entity
        for entity, text in message.parse_entities(list(MENTIONS)).items()
        if (entity.user.id == me.id if entity.user else text.lower() == f"@{me.username}".lower())
    ]


def _without(text: str, entities: Iterable[MessageEntity]) -> tuple[str, bool]:
    """The text without these entities, and whether there were any. Offsets count UTF-16 units."""
    raw, found = text.encode("utf-16-le"), False
    for entity in sorted(entities, key=lambda one: -one.offset):
        raw = raw[: 2 * entity.offset] + " ".encode("utf-16-le") + raw[2 * (entity.offset + entity.length) :]
        found = True
    return raw.decode("utf-16-le"), found
