"""The export of the audit chain against moto's server."""

import asyncio
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.session import get_session
from moto.server import ThreadedMotoServer

from bot.__main__ import main
from bot.store.store import SqlStore
from tests.standins.s3 import SETTINGS, credentials

pytestmark = pytest.mark.real

ROWS = 2500
CONFIG = "store: sqlite:///{0}/steward.db\nsources: [{{name: logs, kind: files, paths: ['{0}/*.log']}}]\n"

Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    root, moto = logging.getLogger(), logging.getLogger("werkzeug")
    handlers, levels = [*root.handlers], (root.level, moto.level)
    moto.setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with credentials(tmp_path, **SETTINGS):
        yield f"http://{host}:{port}"
    server.stop()
    root.handlers[:] = handlers  # a command sets logging up for its whole process
    root.setLevel(levels[0])
    moto.setLevel(levels[1])


@pytest.fixture
def ask(tmp_path: Path, migrated: Path, address: str, capsys: pytest.CaptureFixture[str]) -> Ask:
    shutil.copy(migrated, tmp_path / "steward.db")
    (tmp_path / "steward.yaml").write_text(CONFIG.format(tmp_path))

    def run(*words: str) -> tuple[int, str]:
        status = main(["audit", *words, "--endpoint", address, "-c", str(tmp_path / "steward.yaml")])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def fill(folder: Path, rows: int) -> None:
    async def filled() -> None:
        store = SqlStore(f"sqlite:///{folder}/steward.db")
        async with store.unit() as unit:
            for number in range(rows):
                await unit.audit.record("slack:U1", "approve", f"p{number}", words="ja, größer")
        await store.close()

    asyncio.run(filled())


def s3(address: str, call: str, **asked: Any) -> Any:
    async def answer() -> Any:
        async with get_session().create_client("s3", endpoint_url=address) as client:
            told = await getattr(client, call)(**asked)
            return await told["Body"].read() if call == "get_object" else told

    return asyncio.run(answer())


def bucket(address: str, name: str) -> None:
    s3(address, "create_bucket", Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


def keys(address: str, name: str) -> list[str]:
    return [each["Key"] for each in s3(address, "list_objects_v2", Bucket=name).get("Contents", ())]


def test_a_chain_goes_to_a_bucket_once_and_is_checked_there(tmp_path: Path, address: str, ask: Ask) -> None:
    fill(tmp_path, ROWS)
    to = ("export", "--to", "s3://audit/prod")
    status, said = ask(*to)
    assert status == 1
    assert "steward audit: there is no bucket audit: create it" in said
    bucket(address, "audit")
    for _ in range(2):
        assert ask(*to)[0] == 0
        assert len(keys(address, "audit")) == 1
    fill(tmp_path, 10)
    assert f"{ROWS + 10} rows, 10 of them new" in ask(*to)[1]
    status, said = ask("verify", "s3://audit/prod")
    assert status == 0
    assert f"the audit chain holds: rows 1 to {ROWS + 10} in 2 files, head" in said

    first = keys(address, "audit")[0]
    whole = s3(address, "get_object", Bucket="audit", Key=first)
    (tmp_path / first.rpartition("/")[2]).write_bytes(whole)
    assert ask("verify", str(tmp_path / first.rpartition("/")[2]))[0] == 0
    s3(address, "put_object", Bucket="audit", Key=first, Body=whole.replace(b'"p7"', b'"p9"', 1))
    status, said = ask("verify", "s3://audit/prod")
    assert status == 1
    assert "row 8 does not fit its hash" in said


def test_a_broken_chain_reaches_no_bucket(tmp_path: Path, address: str, ask: Ask) -> None:
    fill(tmp_path, 20)
    bucket(address, "night")  # the servers of one process share their buckets
    with sqlite3.connect(tmp_path / "steward.db") as database:
        database.execute("DELETE FROM audit WHERE seq = 9")
    database.close()
    status, said = ask("export", "--to", "s3://night")
    assert status == 1
    assert "row 9 is missing" in said
    assert keys(address, "night") == []
