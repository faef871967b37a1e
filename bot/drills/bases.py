"""Fresh stores, one a trial, each a copy of one that was brought to this version."""

import asyncio
import shutil
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import StewardError
from bot.flow.ids import fresh
from bot.store import engine as engines
from bot.store import migrate


class Base(Protocol):
    """Where trials get their stores from."""

    kind: str

    async def prepare(self) -> None:
        """Makes the store that is copied. Raises StewardError when that cannot be done."""
        ...

    async def make(self) -> str:
        """The address of a fresh store."""
        ...

    async def drop(self, url: str) -> None:
        """Removes it."""
        ...

    async def close(self) -> None:
        """Removes the rest."""
        ...


class SqliteBase:
    """Files in a folder."""

    kind = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def prepare(self) -> None:
        """Makes the file that is copied."""
        await migrate.upgrade(f"sqlite:///{self._folder}/first.db")

    async def make(self) -> str:
        """A copy of it."""
        path = self._folder / f"{fresh()}.db"
        await asyncio.to_thread(shutil.copy, self._folder / "first.db", path)
        return f"sqlite:///{path}"

    async def drop(self, url: str) -> None:
        """Removes the file and its journals."""
        path = Path(url.removeprefix("sqlite:///"))
        for one in path.parent.glob(f"{path.name}*"):
            one.unlink()

    async def close(self) -> None:
        """The folder is the caller's."""


class PostgresBase:
    """Databases on a server; the address names one that exists, and that nothing is written to."""

    kind = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self._url = engines.address(url)
        self._first = f"steward_drill_{fresh()}"

    async def prepare(self) -> None:
        """Makes the database that is copied.

        Raises:
            StewardError: the server cannot be reached, or the user may not make databases.
        """
        await self._run(f'CREATE DATABASE "{self._first}"')
        await migrate.upgrade(self._address(self._first))

    async def make(self) -> str:
        """A copy of it."""
        name = f"{self._first}_{fresh()}"
        await self._run(f'CREATE DATABASE "{name}" TEMPLATE "{self._first}"')
        return self._address(name)

    async def drop(self, url: str) -> None:
        """Removes the database, whoever is still connected."""
        await self._run(f'DROP DATABASE IF EXISTS "{engines.address(url).database}" WITH (FORCE)')

    async def close(self) -> None:
        """Removes what was copied."""
        await self.drop(self._address(self._first))

    def _address(self, name: str) -> str:
        return self._url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)

    async def _run(self, statement: str) -> None:
        engine = engines.create(self._url).execution_options(isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                await connection.execute(text(statement))
        except (SQLAlchemyError, OSError) as error:
            line = (str(getattr(error, "orig", error)).splitlines() or [type(error).__name__])[0]
            raise StewardError(
                f"the drills make databases of their own on {engines.shown(self._url)}, and cannot: {line}"
            ) from None
        finally:
            await engine.dispose()


def base(store: str, folder: Path) -> Base:
    """What the `--store` of the command line names."""
    if engines.address(store).get_backend_name() == "sqlite":
        return SqliteBase(folder)
    return PostgresBase(store)
