import json
from pathlib import Path

from demo.targets import FILE, Directory, Endpoint, render, write


def test_the_file_is_what_prometheus_reads() -> None:
    text = render([Endpoint("payments", "payments-0", 9102), Endpoint("checkout", "checkout-0", 9101)])

    assert json.loads(text) == [
        {"targets": ["127.0.0.1:9101"], "labels": {"service": "checkout", "instance": "checkout-0"}},
        {"targets": ["127.0.0.1:9102"], "labels": {"service": "payments", "instance": "payments-0"}},
    ]


def test_replicas_take_turns(tmp_path: Path) -> None:
    write(tmp_path, render([Endpoint("catalog", "catalog-0", 1), Endpoint("catalog", "catalog-1", 2)]))
    directory = Directory(tmp_path)

    assert [directory.pick("catalog") for _ in range(3)] == ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:1"]


def test_an_unknown_service_or_a_missing_file_gives_nothing(tmp_path: Path) -> None:
    directory = Directory(tmp_path)

    assert directory.pick("catalog") is None
    write(tmp_path, render([Endpoint("catalog", "catalog-0", 1)]))
    assert directory.pick("payments") is None


def test_a_change_is_seen_and_the_last_state_outlives_a_lost_file(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    write(tmp_path, render([Endpoint("catalog", "catalog-0", 1)]))
    assert directory.addresses("catalog") == ["127.0.0.1:1"]

    write(tmp_path, render([Endpoint("catalog", "catalog-0", 7)]))
    assert directory.addresses("catalog") == ["127.0.0.1:7"]

    (tmp_path / FILE).unlink()
    assert directory.addresses("catalog") == ["127.0.0.1:7"]
