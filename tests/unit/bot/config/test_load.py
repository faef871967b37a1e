from pathlib import Path

import pytest

from bot.config.document import parse
from bot.config.load import check, load
from bot.domain.errors import ConfigError

LEAST = "sources:\n  - {name: prom, kind: prometheus, url: http://127.0.0.1:9090}\n"


def test_a_file_becomes_settings_and_keeps_its_document(tmp_path: Path) -> None:
    path = tmp_path / "steward.yaml"
    path.write_text(LEAST + "store: ${STORE}\n", encoding="utf-8")
    config = load(path, {"STORE": "sqlite:///y.db"})
    assert (config.settings.store, config.settings.sources[0].name) == ("sqlite:///y.db", "prom")
    assert config.document.where(("store",)) == "steward.yaml line 3, store"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("sorce: []", "line 3, sorce: unknown key 'sorce'; did you mean 'sources'?"),
        ("digest:\n  timezon: UTC", "line 4, digest.timezon: unknown key 'timezon'; did you mean 'timezone'?"),
        ("chat:\n  slak: {}", "line 4, chat.slak: unknown key 'slak'; did you mean 'slack'?"),
        (
            "services:\n  pay:\n    limits: {max_replica: 3}",
            "line 5, services.pay.limits.max_replica: unknown key 'max_replica'; did you mean 'max_replicas'?",
        ),
        (
            "watch:\n  - {name: q, source: prom, query: up, bda: up}",
            "line 4, watch[0].bda: unknown key 'bda'; did you mean 'bad'?",
        ),
        ("digest: {zzz: 1}", "line 3, digest.zzz: unknown key 'zzz'; known are at, timezone"),
        ("llm: {}", "line 3, llm: 'model' is missing"),
        ("services:\n  pay: null", "line 4, services.pay: must be a mapping"),
        ("services: [pay]", "line 3, services: must be a mapping"),
        ("watch: up", "line 3, watch: must be a list (found 'up')"),
        ("store: 5", "line 3, store: must be text; put it in quotes (found '5')"),
        ("llm: {model: x, timeout: soon}", "line 3, llm.timeout: 'soon' is not a duration: write 15s, 10m, 2h or 7d"),
        (
            "llm: {model: x, url: http://ada:ge/heim@x:1}",
            "line 3, llm.url: port could not be cast to integer value as 'ge' (found 'http://***@x:1')",
        ),
        (
            "llm: {model: x, url: http://ada:geheim@x:1}",
            "line 3, llm.url: must carry no user or password: secrets come from the environment (found 'http://***@x:1')",
        ),
        ("digest: {timezone: Mars}", "line 3, digest.timezone: 'Mars' is not a time zone: write one such as"),
        (
            "approvals:\n  two_people_for: [rolback]",
            (
                "line 4, approvals.two_people_for[0]: input should be 'restart', 'scale', 'rollback', 'evict', "
                "'cordon' or 'uncordon' (found 'rolback')"
            ),
        ),
        (
            "incidents: {debounce: 0}",
            "line 3, incidents.debounce: input should be greater than or equal to 1 (found '0')",
        ),
        (
            "watch:\n  - {name: q, source: porm, query: up}",
            "line 4, watch[0].source: no source 'porm'; did you mean 'prom'?",
        ),
        (
            "services:\n  pay:\n    limits: {min_replicas: 9, max_replicas: 3}",
            "line 5, services.pay.limits: min_replicas is above max_replicas",
        ),
    ],
)
def test_a_mistake_is_one_line_with_file_line_path_and_the_nearest_name(more: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(parse(LEAST + more, "steward.yaml", {}))
    assert str(caught.value).startswith(f"steward.yaml {words}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sorces: []", "steward.yaml line 1, sorces: unknown key 'sorces'; did you mean 'sources'?"),
        ("store: x", "steward.yaml line 1: 'sources' is missing"),
        ("sources: []", "steward.yaml line 1, sources: must not be empty"),
        ("sources:\n  - {nmae: a, kind: b}", "steward.yaml line 2, sources[0]: 'name' is missing"),
        (
            "sources:\n  - {name: a, kind: b}\n  - {name: a, kind: c}",
            "steward.yaml line 3, sources[1].name: another source is called 'a' already",
        ),
        ("", "steward.yaml: must be a mapping with at least `sources`; `steward init` writes one"),
        ("- a", "steward.yaml: must be a mapping"),
    ],
)
def test_a_file_without_sources_says_so(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(parse(text, "steward.yaml", {}))
    assert str(caught.value).startswith(words)


def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="does not exist: write one with `steward init`, or name another with -c"):
        load(tmp_path / "none.yaml", {})
    for path in (tmp_path, binary):
        with pytest.raises(ConfigError, match=f"^{path} (cannot be read: |is a folder: )"):
            load(path, {})
