"""Telegram's refusals as ChatError: one clear line each, with its mend, and never the token.

Telegram re-cases its error texts, so they are matched without case. The descriptions are those of the public
Bot API server (https://github.com/tdlib/telegram-bot-api) and of https://core.telegram.org/api/errors.
"""

import os
import re

import httpx
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.domain.errors import ChatError, ConfigError

# The library's own switch: retry times as timedelta, which is what its next major version gives.
os.environ.setdefault("PTB_TIMEDELTA", "true")

UNCHANGED = ("message is not modified", "topic_not_modified")
REFUSED = "Telegram refuses the bot's token: set TELEGRAM_BOT_TOKEN to the one that @BotFather gave"
TWO_POLLERS = "another process polls Telegram with this bot's token: stop it, or give it a bot of its own"
WEBHOOK = (
    "a webhook is set for this Telegram bot, so another program uses its token: give Steward a bot of its own, or take "
    'the webhook away: curl "https://api.telegram.org/bot$TELEGRAM_BOT_TOKEN/deleteWebhook"'
)

_NO_TOPIC = ("topic_closed", "topic_deleted", "topic_id_invalid", "message thread not found")
_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to be replied not found",
)
_MENDS = (
    ("topic_closed", "the topic is closed: open it, or let the bot manage topics"),
    (
        "message thread not found",
        "the topic does not exist: set chat.telegram.topic to one of this chat, or leave it out",
    ),
    ("topic_deleted", "the topic was deleted: name another one of this chat, or none"),
    ("not a forum", "turn topics on in the group, or leave out chat.telegram.topics"),
    ("not enough rights to create a topic", "let the bot manage topics (can_manage_topics)"),
    ("chat not found", "add the bot to the chat, and check chat.telegram.chat"),
    ("chat_write_forbidden", "let the bot send messages in the chat"),
    ("not enough rights", "let the bot send messages in the chat"),
    ("have no rights", "let the bot send messages in the chat"),
    ("need administrator rights", "make the bot an administrator of the channel"),
    ("blocked by the user", "open the chat with the bot and press Start"),
    ("can't initiate conversation", "open the chat with the bot and press Start"),
    ("bot was kicked", "add the bot to the chat again"),
    ("not a member", "add the bot to the chat"),
)
# Failures of the connection after which the request surely never left.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class TopicError(ChatError):
    """The topic that a message was for is closed to us, or gone. The chat itself may still take it."""


FAILURES = (TelegramError, LookupError, TypeError)
Failure = TelegramError | LookupError | TypeError
"""What a call of the library can raise: besides its own errors, those of reading an answer that is not as it says."""


def token_of(text: str) -> str:
    """The text as a bot's token, which becomes part of an address.

    Raises:
        ConfigError: it cannot be one.
    """
    token = text.strip()
    if not re.fullmatch(r"[^\s/?#%]+", token):
        raise ConfigError("TELEGRAM_BOT_TOKEN is missing or malformed: set it to the token that @BotFather gave")
    return token


class Words:
    """Puts failures into words for one bot. Knows the token only in order to leave it out."""

    def __init__(self, token: str, address: str) -> None:
        self._secret = token.rpartition(":")[2]
        self._address = address

    def scrub(self, text: str) -> str:
        """The text on one line and without the token."""
        return " ".join(text.replace(self._secret, "***").split())

    def line(self, error: BaseException) -> str:
        """The failure as one line that says what to do."""
        match error:
            case InvalidToken():
                return REFUSED
            case Conflict():
                return conflict(error.message)
            case RetryAfter():
                return f"Telegram asks us to wait {seconds(error):g} s before the next message"
            case BadRequest() | Forbidden():
                return self._refusal(error.message)
            case ChatMigrated():
                return f"the Telegram chat moved: set chat.telegram.chat to {error.new_chat_id}"
        return self.scrub(
            f"Telegram at {self._address} did not answer as it should: {str(error) or type(error).__name__}"
        )

    def error(self, error: Failure, *, sends: bool) -> ChatError:
        """The failure of a call as ChatError. `sends`: the call makes a new message, so a repeat would double it."""
        text = str(error).lower()
        kind = TopicError if any(words in text for words in _NO_TOPIC) else ChatError
        return kind(
            self.line(error),
            permanent=isinstance(error, InvalidToken | BadRequest | Forbidden),
            retry_after=seconds(error) if isinstance(error, RetryAfter) else 0.0,
            gone=isinstance(error, ChatMigrated) or any(words in text for words in _GONE),
            maybe_sent=sends and _maybe_done(error),
        )

    def _refusal(self, description: str) -> str:
        text = description.lower()
        mend = next((mend for words, mend in _MENDS if words in text), "see https://core.telegram.org/bots/api")
        return self.scrub(f"Telegram refused: {description.removeprefix('Forbidden: ')}; {mend}")


def conflict(description: str) -> str:
    """The words for a 409: a second poller, or a webhook."""
    return WEBHOOK if "webhook" in description.lower() else TWO_POLLERS


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


def _maybe_done(error: Failure) -> bool:
    """Whether Telegram may have done it although we saw no answer, or none that can be read."""
    cause = error.__cause__
    if isinstance(cause, httpx.TransportError):
        return not isinstance(cause, _UNSENT)
    return type(error) is TelegramError or not isinstance(error, TelegramError)
