import json
from pathlib import Path

import pytest

from bot.sources.targets import TargetOptions, Targets, read_file, scrape_address


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://a:1", "http://a:1/metrics"),
        ("http://a:1/", "http://a:1/metrics"),
        ("https://a/actuator/prometheus?x=1", "https://a/actuator/prometheus?x=1"),
    ],
)
def test_the_usual_path_is_filled_in(url: str, address: str) -> None:
    assert scrape_address(url) == address


def test_targets_of_a_file(tmp_path: Path) -> None:
    path = write(
        tmp_path / "targets.json",
        [
            {"targets": ["127.0.0.1:1", "127.0.0.1:2"], "labels": {"service": "shop"}},
            {"targets": ["h:3"], "labels": {"__scheme__": "https", "__metrics_path__": "/m", "instance": "three"}},
            {"targets": []},
        ],
    )
    assert [(target.url, dict(target.labels)) for target in read_file(path)] == [
        ("http://127.0.0.1:1/metrics", {"service": "shop", "instance": "127.0.0.1:1"}),
        ("http://127.0.0.1:2/metrics", {"service": "shop", "instance": "127.0.0.1:2"}),
        ("https://h:3/m", {"instance": "three"}),
    ]


def test_targets_come_from_config_and_files_each_once(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", [{"targets": ["a:1", "b:2"], "labels": {"service": "shop"}}])
    targets, notes = Targets([TargetOptions(url="http://a:1", service="shop")], [str(path)]).read()
    assert [target.url for target in targets] == ["http://a:1/metrics", "http://b:2/metrics"]
    assert notes == []


def test_targets_that_cannot_be_told_apart_are_one_with_a_note() -> None:
    same = {"instance": "one"}
    given = [TargetOptions(url=f"http://a:{port}{path}", labels=same) for port, path in ((1, ""), (2, ""), (3, "/m"))]
    targets, notes = Targets(given, []).read()
    assert [target.url for target in targets] == ["http://a:1/metrics", "http://a:3/m"]
    assert notes == [
        "target http://a:2/metrics has the labels of http://a:1/metrics and is left out: give it an instance"
    ]


def test_a_file_that_turns_unreadable_keeps_its_last_good_targets(tmp_path: Path) -> None:
    path = write(tmp_path / "t.json", [{"targets": ["a:1"]}])
    targets = Targets([], [str(path)])
    good, _ = targets.read()
    write(path, '[{"targets": ["a:')
    kept, notes = targets.read()
    assert kept == good
    assert len(notes) == 1
    assert "Invalid JSON" in notes[0]
    path.unlink()
    kept, notes = targets.read()
    assert kept == good
    assert notes == [f"targets file {path}: No such file or directory"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "{}",
        '[{"labels": {}}]',
        '[{"targets": "a"}]',
        '[{"targets": ["a:1/x y:z"], "labels": 1}]',
        '[{"targets": ["a:99999"]}]',
        '[{"targets": [""]}]',
        '[{"targets": ["u:p@h:1"]}]',
    ],
)
def test_a_file_that_lists_no_targets_is_one_clear_note(tmp_path: Path, content: str) -> None:
    path = write(tmp_path / "t.json", content)
    targets, notes = Targets([], [str(path)]).read()
    assert targets == []
    assert len(notes) == 1
    assert notes[0].startswith(f"targets file {path}: ")
    assert "\n" not in notes[0]
