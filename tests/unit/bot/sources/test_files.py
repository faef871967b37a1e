import json
import os
import shutil
from pathlib import Path
from unicodedata import category

import pytest
from pydantic import ValidationError

from bot.domain.errors import SourceError
from bot.domain.samples import Pull, Window
from bot.sources.files import MOST_BYTES, MOST_FILES, Files
from tests.fakes.clock import FakeClock

NOW = 1000.0
TICK = Window(NOW - 5, NOW)


def source(*patterns: Path, **options: object) -> Files:
    given = Files.Options.model_validate({"paths": [str(pattern) for pattern in patterns], **options})
    return Files("logs", given, {}, FakeClock(NOW))


def add(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text.encode() if isinstance(text, str) else text)


def texts(pull: Pull) -> list[str]:
    return [line.text for line in pull.lines]


def rotate(log: Path) -> None:
    """`log` becomes `.1`, `.1` becomes `.2`, and so on."""
    for old in (3, 2, 1):
        if (aged := log.with_name(f"{log.name}.{old}")).exists():
            aged.rename(log.with_name(f"{log.name}.{old + 1}"))
    log.rename(log.with_name(f"{log.name}.1"))


def copy_and_truncate(log: Path) -> None:
    shutil.copy(log, log.with_name(f"{log.name}.1"))
    log.write_bytes(b"")


def recreate(log: Path, text: str) -> None:
    log.unlink()
    add(log, text)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "checkout.log"
    add(path, "old\n")
    return path


async def test_the_first_pull_begins_at_the_end(log: Path) -> None:
    logs = source(log)
    assert logs.reach == 0
    assert texts(await logs.pull(TICK)) == []
    add(log, "ERROR cannot pay\n\nhalf")
    (line,) = (await logs.pull(TICK)).lines
    assert (line.time, line.service, line.level, line.text) == (NOW, "checkout", "error", "ERROR cannot pay")
    add(log, " and half\n")
    assert texts(await logs.pull(TICK)) == ["half and half"]


async def test_a_file_that_appears_later_is_read_from_its_start(log: Path) -> None:
    logs = source(log.parent / "*.log")
    await logs.pull(TICK)
    add(log.parent / "cart.log", "first words\n")
    pull = await logs.pull(TICK)
    assert [(line.service, line.text) for line in pull.lines] == [("cart", "first words")]


async def test_files_that_all_appear_later(tmp_path: Path) -> None:
    logs = source(tmp_path / "*.log")
    assert (await logs.pull(TICK)).notes == [f"source logs: no file matches {tmp_path}/*.log"]
    add(tmp_path / "cart.log", "first words\n")
    assert texts(await logs.pull(TICK)) == ["first words"]


@pytest.mark.parametrize("pattern", ["*.log", "*"])
async def test_rotation_by_rename_loses_and_repeats_nothing(log: Path, pattern: str) -> None:
    logs = source(log.parent / pattern)
    await logs.pull(TICK)
    got, wanted = [], []
    for number in range(4):
        add(log, f"before {number}\n")
        got += texts(await logs.pull(TICK))
        add(log, f"rest {number}\n")
        rotate(log)
        add(log, f"after {number}\n")
        got += texts(await logs.pull(TICK))
        wanted += [f"before {number}", f"rest {number}", f"after {number}"]
    assert sorted(got) == sorted(wanted)
    assert texts(await logs.pull(TICK)) == []


async def test_a_rename_that_is_seen_before_the_new_file_is_there(log: Path) -> None:
    logs = source(log)
    await logs.pull(TICK)
    add(log, "rest without end")
    rotate(log)
    assert texts(await logs.pull(TICK)) == ["rest without end"]
    add(log, "new\n")
    assert texts(await logs.pull(TICK)) == ["new"]


@pytest.mark.parametrize("pattern", ["*.log", "*"])
async def test_rotation_by_copy_and_truncate_loses_and_repeats_nothing(log: Path, pattern: str) -> None:
    logs = source(log.parent / pattern)
    await logs.pull(TICK)
    add(log, "rest\n")
    copy_and_truncate(log)
    add(log, "after, and already longer than what was there before\n")
    assert sorted(texts(await logs.pull(TICK))) == ["after, and already longer than what was there before", "rest"]
    assert texts(await logs.pull(TICK)) == []


async def test_a_deleted_and_recreated_file_is_new(log: Path) -> None:
    logs = source(log)
    await logs.pull(TICK)
    recreate(log, "all new\n")
    assert texts(await logs.pull(TICK)) == ["all new"]


async def test_after_a_restart_it_goes_on_where_it_was(log: Path) -> None:
    first = source(log)
    await first.pull(TICK)
    kept = json.loads(json.dumps(first.position()))
    add(log, "while away\n")
    rotate(log)
    add(log, "after rotation\n")
    second = source(log)
    second.resume(kept)
    assert texts(await second.pull(TICK)) == ["while away", "after rotation"]
    assert second.position() != kept


async def test_a_position_that_cannot_be_read_is_noted_once_and_an_empty_one_is_none(log: Path) -> None:
    logs = source(log)
    logs.resume({"x": {"offset": "far"}})
    pull = await logs.pull(TICK)
    assert (texts(pull), len(pull.notes)) == ([], 1)
    assert (await logs.pull(TICK)).notes == []
    fresh = source(log)
    fresh.resume({})
    assert await fresh.pull(TICK) == Pull((), [], [])


async def test_a_file_name_of_any_bytes_names_a_service_that_can_be_stored(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.log")
    logs = source(tmp_path / "*.log")
    await logs.pull(TICK)
    add(path, "x\n")
    assert [line.service for line in (await logs.pull(TICK)).lines] == ["caf\ufffd"]


async def test_binary_and_endless_lines_are_bounded_and_harmless(log: Path) -> None:
    logs = source(log)
    await logs.pull(TICK)
    add(log, bytes(range(256)) * 10 + b"\n" + b"x" * 10_000_000 + b"\n<!here> @channel \xe2\x80\xae ok\n")
    lines: list[str] = []
    for _ in range(5):
        lines += texts(await logs.pull(TICK))
    assert all(len(text) <= 4_000 and not any(category(char) in {"Cc", "Cf", "Cs"} for char in text) for text in lines)
    assert lines[-1] == "<!here> @channel \ufffd ok"


async def test_binary_is_noted_as_long_as_the_file_is_there(log: Path) -> None:
    logs = source(log)
    assert (await logs.pull(TICK)).notes == []
    add(log, b"\x7fELF\x00\x00\n")
    noted = [f"source logs: file {log}: has binary in it: is it a log?"]
    assert (await logs.pull(TICK)).notes == noted
    add(log, "a line\n")
    assert (await logs.pull(TICK)).notes == noted
    assert (await source(log).pull(TICK)).notes == noted
    recreate(log, "another file\n")
    assert (await logs.pull(TICK)).notes == []


async def test_utf_16_is_text(log: Path) -> None:
    copy_and_truncate(log)
    add(log, "one\ntwo\n".encode("utf-16"))
    assert (await source(log).pull(TICK)).notes == []


async def test_much_at_once_comes_in_bounded_parts_with_a_note(log: Path) -> None:
    logs = source(log)
    await logs.pull(TICK)
    add(log, (b"x" * 999 + b"\n") * (2 * MOST_BYTES // 1000))
    first = await logs.pull(TICK)
    assert len(first.lines) == MOST_BYTES // 1000
    assert first.notes == [f"source logs: file {log}: {MOST_BYTES} bytes behind; the next pulls catch up"]
    second = await logs.pull(TICK)
    assert len(second.lines) == MOST_BYTES // 1000
    assert second.notes == []


@pytest.mark.parametrize(
    ("options", "service"),
    [
        ({}, "checkout"),
        ({"service": "shop"}, "shop"),
        ({"service_from": r"/(?P<service>[^/]+)/[^/]+\.log$"}, "logs"),
        ({"service_from": r"/none/(?P<service>x)"}, "checkout"),
    ],
)
async def test_whose_lines_they_are(tmp_path: Path, options: dict[str, str], service: str) -> None:
    (tmp_path / "logs").mkdir()
    log = tmp_path / "logs" / "checkout.log"
    add(log, "")
    logs = source(log, **options)
    await logs.pull(TICK)
    add(log, "x\n")
    assert [line.service for line in (await logs.pull(TICK)).lines] == [service]


async def test_a_file_that_cannot_be_read_is_a_note_and_the_others_go_on(log: Path) -> None:
    broken = log.with_name("broken.log")
    broken.symlink_to(log)
    logs = source(log.parent / "*.log")
    await logs.pull(TICK)
    broken.unlink()
    broken.symlink_to("/proc/self/mem")  # opens, and cannot be read
    add(log, "goes on\n")
    pull = await logs.pull(TICK)
    assert texts(pull) == ["goes on"]
    assert pull.notes == [f"source logs: file {broken}: Input/output error"]


async def test_nothing_readable_is_blind() -> None:
    logs = source(Path("/proc/self/mem"))
    with pytest.raises(SourceError, match="no file can be read: file /proc/self/mem: Input/output error"):
        await logs.pull(TICK)
    with pytest.raises(SourceError, match="Input/output error"):
        await logs.check()


async def test_check(log: Path) -> None:
    await source(log).check()
    with pytest.raises(SourceError, match=r"no file matches .*none\.log: mend paths"):
        await source(log.with_name("none.log")).check()


async def test_too_many_files_are_capped(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 1):
        (tmp_path / f"{number:04}.log").touch()
    pull = await source(tmp_path / "*.log").pull(TICK)
    assert f"{MOST_FILES + 1} files are too many" in pull.notes[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"paths": []}, "at least 1"),
        ({"paths": ["x"], "service_from": "["}, "not a regular expression"),
        ({"paths": ["x"], "service_from": "(.*)"}, "must be filename, or an expression with a group"),
        ({"paths": ["x"], "pats": 1}, "Extra inputs"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Files.Options.model_validate(options)
