"""Logs: one line an event, in UTC, without control characters, tracebacks or secrets."""

import logging
import time
from collections.abc import Iterable

from bot.domain.words import inert

QUIET = (
    "httpx", "httpcore", "apscheduler", "aiosqlite", "telegram", "slack_bolt", "slack_sdk", "uvicorn", "alembic",
    "botocore", "aiobotocore",
)  # fmt: skip
"""Libraries that speak up only about trouble."""


class OneLine(logging.Formatter):
    """Formats a record as one line, with every known secret cut out."""

    converter = staticmethod(time.gmtime)

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._secrets = [secret for secret in secrets if len(secret) >= 8]

    def format(self, record: logging.LogRecord) -> str:
        """The line. Tracebacks are left to the debugger: the message must say enough."""
        record.exc_info = record.exc_text = record.stack_info = None
        text = inert(super().format(record))
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Sends every log line to standard error in this form."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
