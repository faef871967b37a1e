from pathlib import Path

import pytest

from bot.sources.tail import MOST_LINE, Position, at_end, at_start, follows, last, read, stem_of, successor

ALL = 1_000_000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "shop.log"
    path.write_bytes(b"")
    return path


def add(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_lines_come_once_and_only_when_complete(log: Path) -> None:
    add(log, b"one\ntwo\nthr")
    first = read(log, at_start(log), ALL)
    assert (first.lines, first.encoding, first.behind) == ([b"one", b"two"], "utf-8", 0)
    assert read(log, first.position, ALL).lines == []
    add(log, b"ee\n")
    assert read(log, first.position, ALL).lines == [b"three"]


def test_the_last_piece_of_a_file_that_ended(log: Path) -> None:
    add(log, b"one\nlast words")
    assert read(log, at_start(log), ALL, final=True).lines == [b"one", b"last words"]


def test_the_end_is_behind_the_last_complete_line(log: Path) -> None:
    add(log, b"old\nhalf of")
    position = at_end(log)
    add(log, b" a line\n")
    assert read(log, position, ALL).lines == [b"half of a line"]


def test_the_last_lines_that_are_there(log: Path) -> None:
    assert last(log).lines == []
    add(log, b"x" * MOST_LINE + b"\nlast\nhalf")
    assert last(log).lines[-1] == b"last"


def test_the_end_inside_a_very_long_line_is_passed_over(log: Path) -> None:
    add(log, b"x" * (2 * MOST_LINE))
    position = at_end(log)
    add(log, b"xxx\nnew\n")
    assert read(log, position, ALL).lines == [b"new"]


def test_a_line_of_ten_megabytes_comes_once_cut_and_the_next_one_whole(log: Path) -> None:
    add(log, b"x" * 10_000_000 + b"\nnext\n")
    position, lines = at_start(log), []
    for _ in range(100):
        chunk = read(log, position, 200_000)
        position = chunk.position
        lines += chunk.lines
        if not chunk.behind:
            break
    assert [len(line) for line in lines] == [200_000, 4]
    assert lines[1] == b"next"
    assert not position.skip


def test_skipping_goes_on_while_nothing_new_comes(log: Path) -> None:
    add(log, b"x" * (MOST_LINE + 1))
    first = read(log, at_start(log), ALL)
    assert len(first.lines) == 1
    idle = read(log, first.position, ALL)
    assert idle.position.skip
    add(log, b"xx\nnew\n")
    assert read(log, idle.position, ALL).lines == [b"new"]


def test_what_is_left_for_the_next_time_is_told(log: Path) -> None:
    add(log, b"12345678\n" * 10)
    chunk = read(log, at_start(log), 20)
    assert (len(chunk.lines), chunk.behind) == (2, 70)


@pytest.mark.parametrize(
    ("bom", "encoding"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
)
def test_encodings_that_a_file_declares(log: Path, bom: bytes, encoding: str) -> None:
    text = "ਊ one ☃\nĊ two\nhalf"  # characters whose bytes hold a line end
    add(log, bom + text.encode(encoding))
    chunk = read(log, at_start(log), ALL)
    assert chunk.encoding == encoding
    assert [line.decode(encoding) for line in chunk.lines] == ["ਊ one ☃", "Ċ two"]
    add(log, "\n".encode(encoding))
    assert [line.decode(encoding) for line in read(log, chunk.position, ALL).lines] == ["half"]
    add(log, "tail".encode(encoding))
    position = at_end(log)
    add(log, "ed\n".encode(encoding))
    assert [line.decode(encoding) for line in read(log, position, ALL).lines] == ["tailed"]


def test_a_file_is_known_again_while_it_grows(log: Path) -> None:
    add(log, b"one\n")
    position = read(log, at_start(log), ALL).position
    add(log, b"two\n" * 1_000)
    assert follows(log, position)


@pytest.mark.parametrize("content", [b"", b"new", b"other line that is longer than before\n"])
def test_a_truncated_file_is_another_even_when_it_grew_again(log: Path, content: bytes) -> None:
    add(log, b"one line\n")
    position = read(log, at_start(log), ALL).position
    log.write_bytes(content)
    assert not follows(log, position)


def test_an_untouched_position_knows_only_its_own_file(log: Path, tmp_path: Path) -> None:
    position = at_start(log)
    other = tmp_path / "other.log"
    other.write_bytes(b"x\n")
    assert follows(log, position)
    assert not follows(other, position)
    assert not follows(tmp_path / "none.log", position)


def test_where_a_rotated_file_went(log: Path, tmp_path: Path) -> None:
    add(log, b"one line\n")
    position = read(log, at_start(log), ALL).position
    (tmp_path / "shop.log.2.gz").write_bytes(b"\x1f\x8b")
    (tmp_path / "cart.log.1").write_bytes(b"one line\n")
    (tmp_path / "shop.d").mkdir()
    moved = log.rename(tmp_path / "shop.log.1")
    assert successor(log, tmp_path.iterdir(), position) == moved
    moved.unlink()
    assert successor(log, tmp_path.iterdir(), position) is None


@pytest.mark.parametrize(
    ("name", "stem"),
    [("shop.log", "shop"), ("shop.log.1", "shop"), ("shop", "shop"), (".hidden.log", "hidden"), ("...", "...")],
)
def test_what_rotated_files_have_in_common(name: str, stem: str) -> None:
    assert stem_of(Path("/logs") / name) == stem


def test_a_position_is_a_plain_value() -> None:
    assert Position(inode=7) == Position(7, 0, 0, 0, skip=False)
