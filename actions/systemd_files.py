"""What stands in files beside a unit: its releases, and notes of the actions that were begun."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from actions.model import ActuatorError, Revision
from actions.report import SAFE

NOTES_KEPT = 50


def releases(folder: Path) -> tuple[str, tuple[Revision, ...]]:
    """The release that `current`, beside the folder, points at, and all there are, oldest first by their times."""
    with _told("read", folder):
        found = [path for path in folder.iterdir() if path.is_dir() and re.fullmatch(SAFE, path.name)]
        dated = sorted((path.stat().st_mtime, path.name) for path in found)
        link = _current(folder)
        pointed = link.resolve() if link.is_symlink() else None
        here = pointed is not None and pointed.parent == folder.resolve()
    return pointed.name if pointed and here else "", tuple(Revision(name, when) for when, name in dated)


def switch(folder: Path, release: str) -> None:
    """Points `current` at another release, in one step: there is no moment without one."""
    link = _current(folder)
    if link.exists() and not link.is_symlink():
        raise ActuatorError(f"{link} is no symbolic link, so it cannot be switched: lay the releases out anew")
    with _told("write", link):
        new = link.with_name(f".{link.name}.steward")
        new.unlink(missing_ok=True)
        new.symlink_to(Path(folder.name) / release)
        new.replace(link)


def begin(notes: Path, action_id: str, note: dict[str, Any]) -> None:
    """Notes that an action begins, before anything is touched; of old notes only the newest are kept."""
    path = _note(notes, action_id)
    with _told("write", path):
        new = path.with_suffix(".new")
        new.write_text(json.dumps(note), encoding="utf-8")
        new.replace(path)
        kept = sorted(notes.glob("*.json"), key=lambda each: each.stat().st_mtime)
        for old in kept[:-NOTES_KEPT]:
            old.unlink(missing_ok=True)


def begun(notes: Path, action_id: str) -> Any:
    """The note of an action; None when it surely was not begun."""
    path = _note(notes, action_id)
    with _told("read", path):
        next(iter(notes.iterdir()), None)  # a folder that is not there is no proof that nothing was begun
        with suppress(FileNotFoundError):
            return json.loads(path.read_text(encoding="utf-8"))
    return None


def forget(notes: Path, action_id: str) -> None:
    """Takes a note back: nothing was touched after all."""
    path = _note(notes, action_id)
    with _told("remove", path):
        path.unlink(missing_ok=True)


def _current(folder: Path) -> Path:
    return folder.parent / "current"


def _note(notes: Path, action_id: str) -> Path:
    if not re.fullmatch(SAFE, action_id) or "/" in action_id:
        raise ActuatorError(f"{action_id!r} cannot be the id of an action")
    return notes / f"{action_id}.json"


@contextmanager
def _told(verb: str, path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else "it is damaged"
        raise ActuatorError(f"cannot {verb} {path}: {why}; check the path and Steward's rights") from None
