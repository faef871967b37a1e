import fcntl
from pathlib import Path

import pytest

from bot.drills.place import SERVICE
from bot.drills.sigterm import _held


def test_the_target_is_locked_until_it_is_freed(tmp_path: Path) -> None:
    with (tmp_path / f"{SERVICE}.lock").open("w") as file, _held(str(tmp_path)) as free:
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free()
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
