import os
from pathlib import Path

import pytest

from actions.model import ActuatorError, Revision
from actions.systemd_files import NOTES_KEPT, begin, begun, forget, releases, switch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "releases"
    for name, when in (("v2", 20), ("v1", 10), ("bad name", 5), ("-rf", 6)):
        (made / name).mkdir(parents=True)
        os.utime(made / name, (when, when))
    (made / "README").touch()
    (tmp_path / "current").symlink_to("releases/v2")
    return made


def test_releases_are_told_by_their_times(folder: Path) -> None:
    assert releases(folder) == ("v2", (Revision("v1", 10.0), Revision("v2", 20.0)))


@pytest.mark.parametrize("pointing", [None, "/etc", "releases/gone/deep"])
def test_a_link_that_is_missing_or_points_elsewhere_names_no_release(folder: Path, pointing: str | None) -> None:
    link = folder.parent / "current"
    link.unlink()
    if pointing:
        link.symlink_to(pointing)
    assert releases(folder)[0] == ""


def test_switching_replaces_the_link_at_once(folder: Path) -> None:
    switch(folder, "v1")
    assert releases(folder)[0] == "v1"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["current", "releases"]
    (folder.parent / ".current.steward").symlink_to("left-over")
    switch(folder, "v2")
    assert releases(folder)[0] == "v2"


def test_a_folder_in_the_place_of_the_link_is_left_alone(folder: Path) -> None:
    link = folder.parent / "current"
    link.unlink()
    link.mkdir()
    with pytest.raises(ActuatorError, match="is no symbolic link") as caught:
        switch(folder, "v1")
    assert caught.value.effect == "none"


def test_missing_folders_are_one_line(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for doing in (
        lambda: releases(nowhere),
        lambda: begin(nowhere, "a-1", {}),
        lambda: begun(nowhere, "a-1"),
    ):
        with pytest.raises(ActuatorError, match="No such file or directory; check the path") as caught:
            doing()
        assert caught.value.effect == "none"


def test_a_note_is_there_until_it_is_taken_back(tmp_path: Path) -> None:
    assert begun(tmp_path, "a-1") is None
    begin(tmp_path, "a-1", {"verb": "restart"})
    assert begun(tmp_path, "a-1") == {"verb": "restart"}
    forget(tmp_path, "a-1")
    forget(tmp_path, "a-1")
    assert begun(tmp_path, "a-1") is None


def test_a_damaged_note_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "a-1.json").write_text("{")
    with pytest.raises(ActuatorError, match="damaged"):
        begun(tmp_path, "a-1")


def test_only_the_newest_notes_are_kept(tmp_path: Path) -> None:
    for number in range(NOTES_KEPT + 3):
        begin(tmp_path, f"a-{number}", {})
        os.utime(tmp_path / f"a-{number}.json", (number, number))
    begin(tmp_path, "last", {})
    assert len(list(tmp_path.iterdir())) == NOTES_KEPT
    assert begun(tmp_path, "a-0") is None
    assert begun(tmp_path, "last") == {}


@pytest.mark.parametrize("action_id", ["", "../a", "a/b", "a b", "-a"])
def test_an_id_that_could_name_another_file_is_refused(tmp_path: Path, action_id: str) -> None:
    with pytest.raises(ActuatorError, match="cannot be the id"):
        begin(tmp_path, action_id, {})
