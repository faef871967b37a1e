"""The store: units of work over one database."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from json import JSONDecodeError

from pydantic import ValidationError
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.errors import StoreError
from bot.store import engine as engines
from bot.store.audit import AuditRows
from bot.store.deliveries import DeliveryRows
from bot.store.incidents import IncidentRows
from bot.store.ledger import LedgerRows
from bot.store.quiet import SilenceRows
from bot.store.rows import READ_ONLY
from bot.store.sessions import SessionRows
from bot.store.standings import StandingRows
from bot.store.telemetry import TelemetryRows
from bot.store.upkeep import UpkeepRows
from bot.store.votes import VoteRows


class SqlUnit:
    """One transaction and its repositories."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock
        self.ledger = LedgerRows(connection, clock)
        self.standings = StandingRows(connection, clock)
        self.audit = AuditRows(connection, clock)
        self.incidents = IncidentRows(connection, self.ledger)
        self.telemetry = TelemetryRows(connection, clock)
        self.deliveries = DeliveryRows(connection, clock)
        self.silences = SilenceRows(connection, clock)
        self.votes = VoteRows(connection)
        self.sessions = SessionRows(connection, clock)
        self.upkeep = UpkeepRows(connection, clock)

    async def now(self) -> float:
        """The store's clock, epoch seconds."""
        return float((await self._connection.execute(select(self._clock))).scalar_one())


class SqlStore:
    """SQLite or PostgreSQL behind the Store port.

    `now` replaces the database's clock, for tests that own the time.
    """

    def __init__(self, url: str, now: Callable[[], float] | None = None) -> None:
        self._url = engines.address(url)
        self._engine = engines.create(self._url)
        self._now = now
        # SQLite has one writer: waiting in line here is fair and cheap, waiting in the database is polling.
        self._writer = asyncio.Lock() if self._url.get_backend_name() == "sqlite" else None

    @property
    def where(self) -> str:
        """The address without its password."""
        return engines.shown(self._url)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[SqlUnit]:
        """A unit of work that reads and writes."""
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                await stack.enter_async_context(self._writer)
            with _clear_errors(self.where):
                async with self._engine.connect() as connection, connection.begin():
                    yield SqlUnit(connection, self._clock())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[SqlUnit]:
        """A unit that only reads and never waits for a writer."""
        with _clear_errors(self.where):
            async with self._engine.connect() as plain:
                connection = await plain.execution_options(**{READ_ONLY: True})
                async with connection.begin():
                    yield SqlUnit(connection, self._clock())

    async def close(self) -> None:
        """Closes every connection."""
        await self._engine.dispose()

    def _clock(self) -> ColumnElement[float]:
        return engines.clock(self._url) if self._now is None else engines.fixed_clock(self._now())


@contextmanager
def _clear_errors(where: str) -> Iterator[None]:
    """Turns errors of the database and its driver into a StoreError with one line."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the store at {where} failed: {str(error.orig).splitlines()[0][:200]}") from error
    except (UnicodeDecodeError, ValidationError, JSONDecodeError) as error:
        raise StoreError(
            f"the store at {where} is damaged, a row cannot be read ({type(error).__name__}): restore a copy of it"
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(
            f"the store at {where} failed: {(str(error).splitlines() or [type(error).__name__])[0]}"
        ) from error
