from pathlib import Path

import pytest
import yaml

from bot.domain.errors import ConfigError
from bot.sources.packs import AUTO, Entry, Pack, Watched, chosen, known, load, shipped
from bot.sources.recipes import reads

QUERIES = [(pack, entry) for pack in shipped().values() for entry in pack.queries]


def test_the_shipped_packs_and_their_stable_names() -> None:
    assert list(shipped()) == ["http", "node", "process", "up"]
    assert {entry.name for _, entry in QUERIES} >= {
        *("http_request_rate", "http_error_ratio", "http_latency_p95"),
        *("process_memory", "process_cpu", "up", "node_cpu", "node_memory", "node_disk", "node_load"),
    }


@pytest.mark.parametrize(("pack", "entry"), QUERIES, ids=[entry.name for _, entry in QUERIES])
def test_each_query_is_complete(pack: Pack, entry: Entry) -> None:
    promql = pack.promql(entry, 60)
    assert promql.count("(") == promql.count(")")
    assert not any(left in promql for left in ("<<", ">>", "$window", "$by", "\n"))
    latest, counters = reads(entry.scrape)
    assert all(metric in promql or metric == "steward_host_cores" for metric in latest | counters)
    query = entry.as_query(15)
    assert query.traits.every == 15
    assert query.traits.floor == 0
    assert query.title


def test_what_is_known_of_the_main_queries() -> None:
    queries = {entry.name: entry.as_query(5) for _, entry in QUERIES}
    errors, rate, up = queries["http_error_ratio"], queries["http_request_rate"], queries["up"]
    assert (errors.unit, errors.traits.bad, errors.detectors) == ("ratio", "up", ("ratio",))
    assert (rate.unit, rate.traits.bad, rate.detectors) == ("per_second", "down", ("level",))
    assert (up.unit, up.traits.bad, up.detectors) == ("bool", "down", ("presence",))


def test_a_vector_gets_its_service_from_the_best_label_it_has() -> None:
    pack = shipped()["up"]
    assert pack.promql(pack.queries[0], 60) == (
        "min by (service, instance) (label_replace(label_replace(label_replace(label_replace(label_replace(up"
        ', "steward_service", "$1", "instance", "(.+)"), "steward_service", "$1", "job", "(.+)")'
        ', "steward_service", "$1", "app", "(.+)"), "steward_service", "$1", "service", "(.+)")'
        ', "service", "$1", "steward_service", "(.+)"))'
    )


@pytest.mark.parametrize(
    ("names", "metrics", "packs"),
    [
        ((AUTO,), ["up", "node_cpu_seconds_total"], ["node", "up"]),
        ((AUTO,), [], []),
        ((AUTO,), None, ["http", "node", "process", "up"]),
        (("http",), [], ["http"]),
        ((AUTO, "http"), ["up"], ["http", "up"]),
        ((), ["up"], []),
    ],
)
def test_packs_are_chosen_by_name_or_by_what_is_there(
    names: tuple[str, ...], metrics: list[str] | None, packs: list[str]
) -> None:
    assert [pack.name for pack in chosen(names, metrics)] == packs


def test_an_unknown_pack_is_refused_with_those_that_are_there() -> None:
    assert known(("auto", "http")) == ("auto", "http")
    with pytest.raises(ValueError, match="no query pack is called 'htp': use auto, http, node, process, up"):
        known(("htp",))


QUERY: dict[str, object] = {"name": "m", "promql": "$all", "scrape": {"recipe": "gauge", "metrics": ["m"]}}
GOOD: dict[str, object] = {
    "name": "mine",
    "applies_when": ["m"],
    "let": {"all": "sum by ($by) (<<m>>)"},
    "queries": [QUERY],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nmae": 1}, r"mine\.yaml: nmae: "),
        ({"queries": []}, r"mine\.yaml: queries: "),
        ({"queries": [{"name": "Bad Name"}]}, r"queries\.0\.name: "),
        ({"queries": [{**QUERY, "unit": "furlong"}]}, r"queries\.0\.unit: "),
        ({"queries": [{**QUERY, "scrape": {"recipe": "guage"}}]}, r"queries\.0\.scrape: "),
        ({"queries": [{**QUERY, "promql": "$al"}]}, r"promql of m names \$al"),
    ],
)
def test_a_broken_pack_is_named_with_its_key(tmp_path: Path, change: dict[str, object], words: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(GOOD | change))
    with pytest.raises(ConfigError, match=words) as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_a_good_pack_loads_and_unreadable_ones_say_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(GOOD))
    pack = load(path)
    assert pack.promql(pack.queries[0], 60).startswith("sum by (service) (label_replace(")
    path.write_text("a: [")
    with pytest.raises(ConfigError, match=r"mine\.yaml: cannot be read"):
        load(path)
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read"):
        load(tmp_path / "none.yaml")


@pytest.mark.parametrize(("bad", "detector"), [("up", "level"), ("down", "level"), ("both", "together")])
def test_what_nobody_says_a_direction_of_is_judged_together(bad: str, detector: str) -> None:
    watched = Watched.model_validate({"name": "queue_depth", "query": "sum(q)", "bad": bad})
    assert watched.as_query(15).detectors == (detector,)
    assert watched.model_copy(update={"detectors": ("novelty",)}).as_query(15).detectors == ("novelty",)


def test_a_query_of_the_users_own() -> None:
    watched = Watched.model_validate({"name": "queue_depth", "query": "sum(q)", "service": "queue", "bad": "up"})
    assert (watched.promql, watched.as_query(15).title, watched.as_query(15).traits.bad) == (
        "sum(q)",
        "queue depth",
        "up",
    )
