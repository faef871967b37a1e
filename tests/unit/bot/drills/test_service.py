from pathlib import Path

from bot.drills.service import note


def test_each_start_is_a_line(tmp_path: Path) -> None:
    journal = tmp_path / "starts"
    note(str(journal))
    note(str(journal))
    assert len(journal.read_text(encoding="ascii").splitlines()) == 2
