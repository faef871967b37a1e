import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.audit import FILE_SIZE
from bot.store.store import SqlStore
from tests.standins.s3 import S3, serving
from tests.syntax import ROOT


def filled(store: SqlStore, rows: int = 3, *, actor: str = "slack:U1", words: str = "yes") -> None:
    async def fill() -> None:
        for number in range(rows):
            async with store.unit() as unit:
                await unit.audit.record(actor, "approve", f"p{number}", words=words)
        await store.close()

    asyncio.run(fill())


def steward(folder: Path, *words: str) -> int:
    return main(["audit", *words, "-c", str(folder / "steward.yaml")])


def test_a_whole_chain_holds(folder: Path, own_store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    filled(own_store)
    assert steward(folder, "verify") == 0
    assert capsys.readouterr().out.startswith("the audit chain holds: 3 rows, head ")


def test_a_changed_row_is_named(folder: Path, own_store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    filled(own_store)
    tampered(folder, "UPDATE audit SET actor = 'slack:U2' WHERE seq = 2")
    assert steward(folder, "verify") == 1
    assert "broken: row 2 does not fit its hash" in capsys.readouterr().err


def tampered(folder: Path, change: str) -> None:
    with sqlite3.connect(folder / "steward.db") as database:
        database.execute(change)
    database.close()


def test_the_chain_is_written_as_json_lines(
    folder: Path, own_store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(own_store)
    assert steward(folder, "export") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert rows[0]["detail"] == '{"words": "yes"}'
    assert [row["previous"] for row in rows] == ["", rows[0]["hash"], rows[1]["hash"]]


def test_a_broken_chain_is_exported_up_to_where_it_holds(
    folder: Path, own_store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(own_store)
    tampered(folder, "UPDATE audit SET detail = 'no JSON' WHERE seq = 3")
    assert steward(folder, "export") == 1
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 2
    assert "broken: row 3 does not fit its hash" in said.err
    assert "the export ends before it" in said.err


def test_exported_files_are_checked_without_config_or_store(
    folder: Path, own_store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(own_store)
    steward(folder, "export")
    lines = capsys.readouterr().out.splitlines(keepends=True)
    for name, part in (("whole", lines), ("a", lines[:2]), ("b", lines[2:]), ("bad", [*lines[:1], *lines[2:]])):
        (folder / name).write_text("".join(part))
    (folder / "steward.yaml").unlink()

    def verify(*names: str) -> tuple[int, str]:
        status = steward(folder, "verify", *(str(folder / name) for name in names))
        said = capsys.readouterr()
        return status, said.out + said.err

    head = f"head {json.loads(lines[2])['hash']}"
    assert verify("whole") == (0, f"the audit chain holds: rows 1 to 3 in 1 file, {head}\n")
    assert verify("a", "b") == (0, f"the audit chain holds: rows 1 to 3 in 2 files, {head}\n")
    assert verify("b")[1].endswith(
        f"{head}; the rows before are not among them, the first follows the hash {json.loads(lines[1])['hash']}\n"
    )
    assert verify("bad") == (
        1,
        f"steward audit: the audit chain is broken in {folder / 'bad'}: row 2 is missing: row 3 comes after row 1\n",
    )
    assert verify("none") == (1, f"steward audit: cannot read {folder / 'none'}: No such file or directory\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "x.jsonl"), "audit export takes no FILE"),
        (("export", "--to", "x.jsonl"), "'x.jsonl' is no address in S3"),
        (("verify", "--to", "s3://audit"), "audit verify takes no --to"),
        (("verify", "s3://Audit"), "'s3://Audit' is no address in S3"),
    ],
)
def test_what_makes_no_sense_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert steward(folder, *words) == 2
    assert said in capsys.readouterr().err


def test_without_its_package_the_archive_says_what_to_install(folder: Path) -> None:
    code = (
        "import sys; sys.modules['aiobotocore'] = None; from bot.__main__ import main; "
        "sys.exit(main(['audit', 'export', '--to', 's3://audit']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "steward audit: an archive in S3 needs aiobotocore: pip install 'steward[s3]'\n"


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[S3]:
    with serving(tmp_path) as found:
        yield found


Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def ask(folder: Path, s3: S3, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs the command on the archive; gives its status and what it said."""

    def run(*words: str) -> tuple[int, str]:
        status = steward(folder, *words, "--endpoint", s3.endpoint)
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


TO = ("export", "--to", "s3://audit/prod/")


def test_an_export_adds_what_the_archive_does_not_have(own_store: SqlStore, s3: S3, ask: Ask) -> None:
    assert ask(*TO) == (0, "the audit chain holds: 0 rows, none of them new in the archive\n")
    filled(own_store)
    assert ask("verify", "s3://audit/prod")[1].startswith("steward audit: there is no export at s3://audit/prod: ")
    status, said = ask(*TO)
    assert (status, said.splitlines()[0]) == (0, f"wrote rows 1 to 3: s3://audit/prod/{s3.names[0]}")
    before = dict(s3.objects)
    assert "3 rows, none of them new" in ask(*TO)[1]
    assert s3.objects == before
    filled(own_store, 2)
    assert "5 rows, 2 of them new" in ask(*TO)[1]
    assert [name[:26] for name in s3.names] == ["audit-000000001-000000003-", "audit-000000004-000000005-"]
    assert "rows 1 to 5 in 2 files, head" in ask("verify", "s3://audit/prod")[1]


def test_a_cut_off_export_leaves_no_file_and_is_taken_up_again(own_store: SqlStore, s3: S3, ask: Ask) -> None:
    filled(own_store)
    s3.failures["PUT"] = (0, "")
    assert ask(*TO)[0] == 1
    assert s3.objects == {}
    s3.failures.clear()
    assert ask(*TO)[0] == 0
    assert len(s3.objects) == 1


def test_of_a_broken_chain_nothing_is_archived(folder: Path, own_store: SqlStore, s3: S3, ask: Ask) -> None:
    filled(own_store)
    tampered(folder, "UPDATE audit SET actor = 'slack:U2' WHERE seq = 2")
    status, said = ask(*TO)
    assert status == 1
    assert "broken: row 2 does not fit its hash" in said
    assert said.endswith("; nothing was written\n")
    assert s3.objects == {}


@pytest.mark.parametrize(("rows", "said"), [(4, "row 3 of the store is not the one in"), (1, "holds row 3, and the")])
def test_another_chain_is_not_added_to_an_archive(
    folder: Path, own_store: SqlStore, s3: S3, ask: Ask, rows: int, said: str
) -> None:
    filled(own_store)
    assert ask(*TO)[0] == 0
    tampered(folder, "DELETE FROM audit")
    filled(own_store, rows, actor="slack:U2")
    status, told = ask(*TO)
    assert status == 1
    assert said in told
    assert len(s3.objects) == 1


def test_a_changed_object_is_named(own_store: SqlStore, s3: S3, ask: Ask) -> None:
    filled(own_store)
    ask(*TO)
    ((key, lines),) = s3.objects.items()
    s3.objects[key] = lines.replace(b"slack:U1", b"slack:U2", 1)
    status, said = ask("verify", "s3://audit/prod")
    assert status == 1
    assert f"broken in {s3.names[0]}: row 1 does not fit its hash" in said


def test_a_long_chain_is_several_files(own_store: SqlStore, s3: S3, ask: Ask) -> None:
    filled(own_store, 1, words="x" * FILE_SIZE)
    filled(own_store, 2)
    assert ask(*TO)[0] == 0
    assert [name[:26] for name in s3.names] == ["audit-000000001-000000001-", "audit-000000002-000000003-"]
    assert "rows 1 to 3 in 2 files" in ask("verify", "s3://audit/prod")[1]


def test_what_to_do_must_be_said(folder: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        steward(folder)
    assert ended.value.code == 2
