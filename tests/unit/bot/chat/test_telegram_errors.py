import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.telegram_errors import REFUSED, TWO_POLLERS, WEBHOOK, Failure, Words

SECRET = "AAsecret-secret"
WORDS = Words(f"123:{SECRET}", "https://api.telegram.org")


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InvalidToken(f"The token `123:{SECRET}` was rejected by the server."), REFUSED),
        (Conflict("Conflict: terminated by other getUpdates request"), TWO_POLLERS),
        (Conflict("Conflict: can't use getUpdates method while webhook is active"), WEBHOOK),
        (RetryAfter(7), "wait 7 s"),
        (BadRequest("Topic_closed"), "open it"),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), "let the bot send"),
        (BadRequest("Chat not found"), "check chat.telegram.chat"),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), "add the bot to the chat again"),
        (Forbidden("Forbidden: bot was blocked by the user"), "press Start"),
        (BadRequest("Something new"), "Telegram refused: Something new"),
        (ChatMigrated(-1002), "set chat.telegram.chat to -1002"),
        (NetworkError(f"boom\nat /bot123:{SECRET}/getMe"), "https://api.telegram.org did not answer"),
        (KeyError("result"), "result"),
    ],
)
def test_each_failure_is_one_line_with_its_mend_and_no_secret(error: Failure, words: str) -> None:
    line = WORDS.line(error)
    assert words in line
    assert SECRET not in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("error", "maybe"),
    [
        (caused(TimedOut(), httpx.ReadTimeout("")), True),
        (caused(NetworkError("x"), httpx.ReadError("")), True),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("")), True),
        (TelegramError("Invalid server response"), True),
        (KeyError("result"), True),
        (caused(TimedOut(), httpx.ConnectTimeout("")), False),
        (caused(TimedOut(), httpx.PoolTimeout("")), False),
        (caused(NetworkError("x"), httpx.ConnectError("")), False),
        (NetworkError("Bad Gateway (502)"), False),
        (BadRequest("no"), False),
        (RetryAfter(3), False),
    ],
)
def test_what_may_have_been_sent(error: Failure, maybe: bool) -> None:
    assert WORDS.error(error, sends=True).maybe_sent is maybe
    assert not WORDS.error(error, sends=False).maybe_sent


@pytest.mark.parametrize(
    ("error", "permanent", "gone"),
    [
        (BadRequest("Message to edit not found"), True, True),
        (BadRequest("message can't be edited"), True, True),
        (BadRequest("MESSAGE_ID_INVALID"), True, True),
        (ChatMigrated(-5), False, True),
        (Forbidden("no"), True, False),
        (InvalidToken(), True, False),
        (NetworkError("x"), False, False),
        (RetryAfter(5), False, False),
    ],
)
def test_what_a_retry_can_help(error: Failure, permanent: bool, gone: bool) -> None:
    refusal = WORDS.error(error, sends=True)
    assert (refusal.permanent, refusal.gone) == (permanent, gone)


def test_the_wait_is_handed_on() -> None:
    assert WORDS.error(RetryAfter(35), sends=True).retry_after == 35.0
