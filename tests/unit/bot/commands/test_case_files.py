from pathlib import Path

import pytest

from bot.commands.case_files import Event, read
from bot.domain.errors import StewardError, UsageError
from detectors.hops import Line

METRICS = "timestamp,a/x,b/y\n1767225600,1,2\n1767225660,1,2\n"
START = "start: 2026-01-01T00:01:00Z\n"


def case(tmp_path: Path, head: str = START, **files: str) -> Path:
    (tmp_path / "metrics.csv").write_text(METRICS)
    (tmp_path / "case.yaml").write_text(head)
    for name, text in files.items():
        (tmp_path / name.replace("_", ".")).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "quoted", ['"2026-01-01T00:01:00Z"', "2026-01-01T00:01:00Z", "2026-01-01 01:01:00+01:00", "1767225660"]
)
def test_a_start_may_be_written_in_many_ways(tmp_path: Path, quoted: str) -> None:
    assert read(case(tmp_path, f"start: {quoted}\n")).start == 1767225660.0


def test_a_case_needs_little(tmp_path: Path) -> None:
    found = read(case(tmp_path))
    assert (found.symptom, found.lines, found.events, found.state) == (None, (), (), None)
    assert found.topology.callees("a") == ()


def test_all_of_a_case_is_read(tmp_path: Path) -> None:
    head = START + "symptom: b/y\ndepends_on: {a: [b, 7]}\n"
    logs, events = "timestamp,service,line\n1,a,hello\n", "timestamp,service,kind,detail\n2,b,deploy,v2\n"
    found = read(case(tmp_path, head, logs_csv=logs, events_csv=events, state_json='{"items": []}'))
    assert found.symptom == ("b", "y")
    assert found.topology.callees("a") == ("b", "7")
    assert found.lines == (Line(1.0, "a", "hello"),)
    assert found.events == (Event(2.0, "b", "deploy", "v2"),)
    assert found.state == {"items": []}


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("", "write keys and values"),
        ("- 1\n", "write keys and values"),
        ("start: [\n", "case.yaml line 2: this is no YAML"),
        ("start: \x07\n", "this is no YAML"),
        ("symptom: b/y\n", "start must be an ISO time"),
        ("start: noon\n", "start must be an ISO time such as 2026-05-01T12:00:00Z, not 'noon'"),
        ("start: true\n", "start must be an ISO time"),
        ("start: 2026-01-01T00:00:00Z\n", "lies outside the metrics"),
        ("start: 2027-01-01T00:00:00Z\n", "lies outside the metrics"),
        ("strat: 2026-01-01T00:01:00Z\n", "there is no key 'strat': write start"),
        (START + "symptom: b/z\n", "the symptom 'b/z' is no column of the metrics; did you mean 'b/y'?"),
        (START + "symptom: [b]\n", "is no column of the metrics"),
        (START + "depends_on: [a]\n", "depends_on must map each caller to a list of callees"),
        (START + "depends_on: {a: b}\n", "depends_on must map each caller to a list of callees"),
        (START + "depends_on: {a: [{b: c}]}\n", "depends_on must map each caller to a list of callees"),
    ],
)
def test_a_bad_head_is_one_clear_line(tmp_path: Path, head: str, said: str) -> None:
    with pytest.raises(StewardError) as caught:
        read(case(tmp_path, head))
    assert said in str(caught.value)
    assert "case.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("state_json", "{", "state.json line 1: this is no JSON"),
        ("state_json", "[" * 99_999, "state.json"),
        ("logs_csv", "a,b\n", "logs.csv line 1"),
        ("events_csv", "timestamp,service,kind,detail\nnoon,a,b,c\n", "events.csv line 2: 'noon' is no time"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(StewardError) as caught:
        read(case(tmp_path, **{name: text}))
    assert said in str(caught.value)


def test_no_case_is_bad_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name a folder that holds a case"):
        read(tmp_path / "nowhere")
    (tmp_path / "metrics.csv").write_text(METRICS)
    with pytest.raises(UsageError, match=r"there is no .*case\.yaml"):
        read(tmp_path)
