from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from actions.manifest import (
    ACTIONS_KEPT,
    Instance,
    Manifest,
    Release,
    Status,
    _lock,
    change,
    read,
    read_status,
    write,
    write_status,
)
from actions.model import ActuatorError, DriftedError

SHOP = Manifest(
    "payments", 2, "v1", (Release("v1", ("python", "-m", "shop"), {"PORT": "0"}, 10.0), Release("v2", ("false",)))
)


def recorded(manifest: Manifest, action_id: str) -> Manifest:
    return replace(manifest, actions={**manifest.actions, action_id: manifest.version + 1})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = write(tmp_path, SHOP)
    assert written == replace(SHOP, version=1)
    assert read(tmp_path, "payments") == written


def test_every_write_bumps_the_version(tmp_path: Path) -> None:
    write(tmp_path, SHOP)
    assert write(tmp_path, SHOP).version == 2
    assert change(tmp_path, "payments", 2, lambda old: replace(old, replicas=3)).version == 3
    assert read(tmp_path, "payments").replicas == 3


def test_a_change_that_changes_nothing_is_no_write(tmp_path: Path) -> None:
    write(tmp_path, SHOP)
    before = (tmp_path / "payments.json").stat()
    assert change(tmp_path, "payments", None, lambda old: old).version == 1
    assert (tmp_path / "payments.json").stat().st_ino == before.st_ino


def test_a_change_of_another_version_is_refused(tmp_path: Path) -> None:
    write(tmp_path, SHOP)
    with pytest.raises(DriftedError, match="version 1, not 4"):
        change(tmp_path, "payments", 4, lambda old: replace(old, replicas=9))
    assert read(tmp_path, "payments").replicas == 2


def test_a_function_that_raises_leaves_everything_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, SHOP)

    def refuse(manifest: Manifest) -> Manifest:
        raise ActuatorError("no")

    with pytest.raises(ActuatorError, match="no"):
        change(tmp_path, "payments", None, refuse)
    assert change(tmp_path, "payments", None, lambda old: replace(old, replicas=3)).version == 2


def test_only_the_last_actions_are_kept(tmp_path: Path) -> None:
    write(tmp_path, SHOP)
    for number in range(ACTIONS_KEPT + 5):
        change(tmp_path, "payments", None, partial(recorded, action_id=f"a{number}"))
    kept = list(read(tmp_path, "payments").actions)
    assert (len(kept), kept[0], kept[-1]) == (ACTIONS_KEPT, "a5", f"a{ACTIONS_KEPT + 4}")


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    write(tmp_path, SHOP)

    def more(_: int) -> None:
        change(tmp_path, "payments", None, lambda old: replace(old, replicas=old.replicas + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(more, range(100)))
    manifest = read(tmp_path, "payments")
    assert (manifest.replicas, manifest.version) == (102, 101)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["payments.json", "payments.lock"]


def test_the_status_is_empty_until_it_is_written(tmp_path: Path) -> None:
    assert read_status(tmp_path, "payments") == Status()
    status = Status(3, (Instance(1, 8080, "v1", 5.0, ready=True, restarts=2),), ("exited with code 1",))
    write_status(tmp_path, "payments", status)
    assert read_status(tmp_path, "payments") == status


def test_a_missing_manifest_says_so(tmp_path: Path) -> None:
    with pytest.raises(ActuatorError, match="no manifest of service 'payments'"):
        read(tmp_path, "payments")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file"),
        ("[]", "the file"),
        ('{"service": "payments", "replicas": "many", "revision": "v1", "revisions": []}', "replicas"),
        ('{"service": "payments", "replicas": 1, "revision": "v1"}', "revisions"),
    ],
)
def test_a_damaged_manifest_says_where_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "payments.json").write_text(text)
    with pytest.raises(ActuatorError, match=words) as caught:
        read(tmp_path, "payments")
    assert "\n" not in str(caught.value)


def test_a_directory_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ActuatorError, match="cannot lock"):
        change(tmp_path / "nowhere", "payments", None, lambda old: old)
    with pytest.raises(ActuatorError, match="cannot write"):
        write_status(tmp_path / "nowhere", "payments", Status())


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "payments.json").mkdir()
    (tmp_path / "payments.status.json").mkdir()
    with pytest.raises(ActuatorError, match="cannot read"):
        read(tmp_path, "payments")
    with pytest.raises(ActuatorError, match="cannot read"):
        read_status(tmp_path, "payments")


@pytest.mark.parametrize("service", ["", "../payments", ".payments", "a/b"])
def test_a_name_that_would_leave_the_directory_is_refused(tmp_path: Path, service: str) -> None:
    with pytest.raises(ActuatorError, match="cannot be the name"):
        read(tmp_path, service)


def test_a_lock_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "payments.lock"
    with path.open("w") as held, path.open("w") as late:
        _lock(held.fileno(), path)
        with pytest.raises(ActuatorError, match=r"payments.lock was held by another process for 0 s: try again"):
            _lock(late.fileno(), path, 0.0)
    with path.open("w") as free:
        _lock(free.fileno(), path)
