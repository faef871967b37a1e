"""A PostgreSQL server of the drills' own, in a temporary folder, so that it may be broken."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.domain.errors import StewardError

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/bin")


class Server:
    """Debian's server or another that is installed, on a free loopback port. Close it in the end."""

    def __init__(self) -> None:
        self._programs = programs()
        self._data = Path(tempfile.mkdtemp(prefix="steward-drill-"))
        if os.geteuid() == 0:
            shutil.chown(self._data, "postgres", "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"postgresql://steward@127.0.0.1:{self._port}/postgres"

    async def start(self) -> None:
        """Makes the server and starts it.

        Raises:
            StewardError: it cannot be started.
        """
        await self._run("initdb", "-D", f"{self._data}/db", "-A", "trust", "-U", "steward")
        await self._up()

    async def restart(self) -> None:
        """Ends it at once, as a crash would, and starts it again."""
        await self._run("pg_ctl", "-D", f"{self._data}/db", "-m", "immediate", "-w", "stop")
        await self._up()

    async def close(self) -> None:
        """Ends it and removes what it wrote."""
        try:
            await self._run("pg_ctl", "-D", f"{self._data}/db", "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self._data, ignore_errors=True)

    async def _up(self) -> None:
        flags = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._data}"
        await self._run("pg_ctl", "-D", f"{self._data}/db", "-o", flags, "-l", f"{self._data}/log", "-w", "start")

    async def _run(self, name: str, *words: str) -> None:
        """One of its programs; as root it is run by Debian's user postgres, for the server refuses root."""
        command = [str(self._programs / name), *words]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]

        def run() -> subprocess.CompletedProcess[str]:
            return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", timeout=60)  # noqa: S603

        done = await asyncio.to_thread(run)
        if done.returncode:
            raise StewardError(f"{name} failed: {(done.stderr or done.stdout).strip().splitlines()[-1]}")


def programs(places: Sequence[str] = PLACES) -> Path:
    """The folder of the newest server in these places.

    Raises:
        StewardError: none is installed.
    """
    found = [path.parent for place in places for path in Path("/").glob(f"{place[1:]}/initdb")]
    if not found:
        raise StewardError("PostgreSQL is not installed here: apt-get install postgresql, or name a server of yours")
    return max(found, key=lambda path: [int(part) for part in str(path).split("/") if part.isdecimal()])
