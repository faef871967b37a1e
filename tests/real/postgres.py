"""A PostgreSQL server of the tests' own: Debian's, on a free loopback port, in a temporary folder."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from bot.store import engine as engines
from bot.store.tables import metadata
from tests.real.need import need

WANTED = "PostgreSQL is not installed: apt-get install postgresql"

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
ALONE = f"{OTHERS} AND pid <> pg_backend_pid()"
COUNTERS = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"


def binaries() -> Path | None:
    """The folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _as_user(*words: str) -> list[str]:
    """The server refuses to run as root: then Debian's user postgres runs it."""
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else list(words)


def server() -> Iterator[str]:
    """Starts a server; gives the address of its first database, and stops it in the end."""
    folder = binaries()
    need(folder, WANTED)
    assert folder is not None
    data = Path(tempfile.mkdtemp(prefix="steward-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(data, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c fsync=off"
    try:
        _run(*_as_user(str(folder / "initdb"), "-D", str(data / "db"), "-A", "trust", "-U", "steward"))
        start = ("-D", str(data / "db"), "-o", flags, "-l", str(data / "log"), "-w", "start")
        _run(*_as_user(str(folder / "pg_ctl"), *start))
        yield f"postgresql://steward@127.0.0.1:{port}/postgres"
        _run(*_as_user(str(folder / "pg_ctl"), "-D", str(data / "db"), "-m", "immediate", "-w", "stop"))
    finally:
        shutil.rmtree(data, ignore_errors=True)


def fresh_database(server_url: str) -> str:
    """An empty database on the server."""
    name = f"steward_{uuid.uuid4().hex[:12]}"
    psql = shutil.which("psql")
    need(psql, WANTED)
    assert psql
    _run(psql, "-q", server_url, "-c", f"CREATE DATABASE {name}")
    return server_url.rsplit("/", 1)[0] + f"/{name}"


async def empty(url: str) -> None:
    """Makes a migrated database as it was new: nobody connected, no rows, counters at their start.

    A hundred times quicker than to make and migrate another.
    """
    rows = (f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
    engine = engines.create(engines.address(url))
    try:
        async with engine.begin() as connection:
            for statement in (ALONE, *rows, COUNTERS):
                await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", timeout=60)
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {(done.stderr or done.stdout).strip()}")
