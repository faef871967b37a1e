import logging
from collections.abc import Iterator

import pytest

from bot.runtime.logs import QUIET, OneLine, configure

SECRET = "xoxb-1234567890"


def line(message: str, *args: object, secrets: tuple[str, ...] = (SECRET,)) -> str:
    record = logging.LogRecord("bot.test", logging.WARNING, __file__, 1, message, args, None)
    record.created = 1_800_000_000.25
    return OneLine(secrets).format(record)


def test_a_line_has_time_level_place_and_message() -> None:
    assert line("source %s: %s", "shop", "no answer") == (
        "2027-01-15T08:00:00Z WARNING bot.test: source shop: no answer"
    )


@pytest.mark.parametrize(
    "naughty", ["a\nb", "a\r\nb", "a\x1b[31mb", "a\x00b", "a\x85b", "a\u2028b", "a\u2029b", "a\u202eb", "a\x0b\x0cb"]
)
def test_whatever_comes_is_one_harmless_line(naughty: str) -> None:
    written = line("said %s", naughty)
    assert len(written.splitlines()) == 1
    assert written.isprintable()
    written.encode()


@pytest.mark.parametrize(
    "message", [SECRET, f"Authorization: Bearer {SECRET}", f"http://host/{SECRET}/x?token={SECRET}"]
)
def test_secrets_are_cut_out_wherever_they_stand(message: str) -> None:
    for written in (line(message), line("said %s", message), line("said %r", {"token": message})):
        assert SECRET not in written
        assert "***" in written


def test_what_is_too_short_to_be_a_secret_is_no_secret() -> None:
    assert line("a, b and nothing", secrets=("", "a")).endswith("a, b and nothing")


def test_a_traceback_is_left_out() -> None:
    error = KeyError("inside")
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, "it failed", (), (KeyError, error, None))
    record.stack_info = "Stack (most recent call last)"
    assert OneLine().format(record).endswith("ERROR bot: it failed")


@pytest.fixture
def untouched() -> Iterator[None]:
    """The logging of the process as it was, whatever the test does to it."""
    loggers = [logging.getLogger(name) for name in (None, *QUIET)]
    levels, root = [one.level for one in loggers], logging.getLogger()
    handlers, root.handlers = root.handlers, []
    yield
    root.handlers = handlers
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


@pytest.mark.usefixtures("untouched")
def test_configured_logs_go_to_standard_error_in_this_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", [SECRET])
    logging.getLogger("bot.test").info("token\n%s", SECRET)
    logging.getLogger("bot.test").debug("too quiet")
    logging.getLogger("httpx").warning("chatter with %s", SECRET)
    written = capsys.readouterr()
    assert written.out == ""
    (only,) = written.err.splitlines()
    assert only.endswith("INFO bot.test: token ***")
