from pathlib import Path

import pytest

from bot.commands import thresholds
from bot.domain.errors import ConfigError
from bot.domain.noise import Quieter

CONFIG = '# mine\nsources: [{name: logs, kind: files, paths: ["a.log"]}]\ntuning: {shop/errors#ratio: 1.1}\n'
FOUND = [Quieter("shop/errors#ratio", 1.331, 3, 4), Quieter("shop/depth#level", 1.1, 3, 3)]


def test_what_would_change_is_told_as_a_diff() -> None:
    assert thresholds.told([], {}) == []
    assert thresholds.told(FOUND, {"shop/errors#ratio": 1.1}) == [
        "2 signatures would be quieter with",
        '- "shop/errors#ratio": 1.1',
        '+ "shop/errors#ratio": 1.331  # without 3 of 4 incidents',
        '+ "shop/depth#level": 1.1  # without 3 of 3 incidents',
    ]


def test_it_is_written_in_place(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "steward.yaml"
    real.write_text(CONFIG)
    real.chmod(0o640)
    link.symlink_to(real)
    assert thresholds.write(link, FOUND) == f"written to {real}"
    assert real.read_text() == CONFIG.replace("ratio: 1.1}", 'ratio: 1.331, "shop/depth#level": 1.1}')
    assert real.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["real.yaml", "steward.yaml"]


@pytest.mark.parametrize("found", [[], [Quieter("shop/errors#ratio", 9.0, 3, 4)]])
def test_a_file_that_would_not_load_is_never_written(tmp_path: Path, found: list[Quieter]) -> None:
    path = tmp_path / "steward.yaml"
    path.write_text(CONFIG)
    if found:
        with pytest.raises(ConfigError, match="cannot be amended"):
            thresholds.write(path, found)
    else:
        assert thresholds.write(path, found) == f"{path} stays as it is"
    assert path.read_text() == CONFIG
