"""What the commands share: reading the config, and opening the store."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config.load import Config, load
from bot.config.secrets import Secrets
from bot.domain.errors import StoreError
from bot.runtime.logs import configure
from bot.store import migrate
from bot.store.store import SqlStore

SECRET_NAMES = (
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TELEGRAM_BOT_TOKEN", "PROMETHEUS_TOKEN", "PROMETHEUS_PASSWORD",
    "WEBHOOK_SECRET", "SMTP_PASSWORD",
)  # fmt: skip


def read(arguments: argparse.Namespace) -> tuple[Config, Secrets]:
    """The config that the command line names, with logging set up.

    Raises:
        ConfigError: with the place and what to do.
    """
    secrets = Secrets()
    configure(arguments.log_level, [secrets.get(name, "") for name in SECRET_NAMES])
    return load(arguments.config, secrets), secrets


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[SqlStore]:
    """The store, at this program's version.

    Raises:
        StoreError: it cannot be reached, or is at another version.
    """
    at, wanted = await migrate.version(config.settings.store)
    if at != wanted:
        state = f"is at version {at}" if at else "has no tables yet"
        mend = "run the newer program" if at > wanted else "run `steward migrate`"  # versions are numbered in order
        raise StoreError(f"the store {state}, and this program needs {wanted}: {mend}")
    store = SqlStore(config.settings.store)
    try:
        yield store
    finally:
        await store.close()
