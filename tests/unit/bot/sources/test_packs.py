import re
from math import isnan
from pathlib import Path

import pytest
import yaml

from bot.domain.errors import ConfigError
from bot.domain.samples import Pull, Window
from bot.sources.packs import AUTO, Entry, Pack, Watched, chosen, known, load, pack_of, shipped
from bot.sources.recipes import reads
from bot.sources.scrape import Scrape
from tests.fakes.clock import FakeClock
from tests.standins.exporters import Page, answered, entries, pages
from tests.standins.prometheus import Asked, Reply, standing
from tests.syntax import ROOT

PAGES = pages()
QUERIES = [(pack, entry) for pack in shipped().values() for entry in pack.queries]


def test_the_shipped_packs_and_their_stable_names() -> None:
    assert set(shipped()) == {
        *("blackbox", "cadvisor", "go", "http", "ingress_nginx", "jvm", "kubernetes", "nginx", "node"),
        *("postgresql", "process", "redis", "up"),
    }
    assert {entry.name for _, entry in QUERIES} >= {
        *("http_request_rate", "http_error_ratio", "http_latency_p95"),
        *("process_memory", "process_cpu", "up", "node_cpu", "node_memory", "node_disk", "node_load"),
    }


@pytest.mark.parametrize(("pack", "entry"), QUERIES, ids=[entry.name for _, entry in QUERIES])
def test_each_query_is_complete(pack: Pack, entry: Entry) -> None:
    promql = pack.promql(entry, 60)
    assert promql.count("(") == promql.count(")")
    assert not any(left in promql for left in ("<<", ">>", "$window", "$by", "\n"))
    latest, counters = reads(entry.scrape) if entry.scrape else (set(), set())
    assert all(metric in promql or metric == "steward_host_cores" for metric in latest | counters)
    assert {"title", "unit", "bad"} <= entry.model_fields_set
    traits = entry.as_query(15).traits
    assert traits.every == 15
    assert traits.floor == 0 or traits.bad == "both"
    assert traits.ceiling == {"percent": 100, "ratio": 1, "bool": 1}.get(entry.unit, traits.ceiling)
    assert traits.full in {None, traits.ceiling if traits.bad == "up" else traits.floor}


def test_each_name_is_there_once() -> None:
    names = [entry.name for _, entry in QUERIES]
    assert sorted(names) == sorted(set(names))
    assert {pack_of(entry.name) == pack.name for pack, entry in QUERIES} == {True}
    assert pack_of("queue_depth") == ""


def test_counters_are_taken_by_their_growth_alone() -> None:
    grow = {re.split(r"[{ ]", line)[0] for page in PAGES for line in page.text.splitlines() if " +" in line}
    assert len(grow) > 40
    for pack, entry in QUERIES:
        for metric, taken in re.findall(r"\b([a-z][\w]+)(?:\{[^}]*\})?(.)", pack.promql(entry, 60)):
            counts_series = entry.name == "node_load"  # the cores, by their series of one mode
            assert metric not in grow or taken == "[" or counts_series, f"{entry.name}: {metric}"


@pytest.mark.parametrize("name", shipped())
def test_each_pack_is_in_the_docs_as_it_is(name: str) -> None:
    config, guide = ((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("config.md", "packs.md"))
    assert f"`{name}`" in config
    assert f"### `{name}`" in guide
    for query, entry in entries(name).items():
        full, star = "" if entry.full is None else f"{entry.full:g}", "" if entry.scrape else " *"
        assert f"| `{query}`{star} | {entry.title} | {entry.unit} | {entry.bad} | {full} | " in guide
    head = (ROOT / "bot/sources/packs" / f"{name}.yaml").read_text(encoding="utf-8").split("\nname: ")[0]
    assert "Names: " in head


@pytest.mark.parametrize("name", shipped())
def test_each_query_has_an_expected_value(name: str) -> None:
    asked = {query for page in PAGES if page.pack == name for query in page.expected}
    assert asked == set(entries(name))


async def scraped(page: Page, reset: float = 0.0) -> Pull:
    """Fifteen rounds of scrapes a second apart; the counters begin anew at `reset`."""
    clock = FakeClock()
    began = clock.now()

    def answer(_: Asked) -> Reply:
        seconds = clock.now() - began
        return Reply(page.at(seconds, began, reset if seconds >= reset else 0.0).encode())

    async with standing(answer) as server:
        target = {"url": server.url, "labels": page.labels}
        options = Scrape.Options.model_validate({"targets": [target], "every": 1, "packs": [page.pack]})
        source = Scrape("direct", options, {}, clock)
        pull = Pull()
        for _ in range(15):
            clock.advance(1)
            pull = await source.pull(Window(clock.now() - 1, clock.now()))
        await source.close()
    return pull


@pytest.mark.parametrize("page", [one for one in PAGES if one.scraped], ids=lambda page: f"{page.pack}: {page.name}")
async def test_a_page_gives_the_expected_values(page: Page) -> None:
    recipes = {name for name, entry in entries(page.pack).items() if entry.scrape}
    expected = {query: values for query, values in page.expected.items() if query in recipes}
    found = answered(await scraped(page), page)
    assert found == {
        query: pytest.approx(values, rel=1e-3, abs=1e-9, nan_ok=True) for query, values in expected.items()
    }


@pytest.mark.parametrize("page", [one for one in PAGES if one.scraped], ids=lambda page: f"{page.pack}: {page.name}")
async def test_a_restart_of_the_exporter_fakes_nothing(page: Page) -> None:
    found = answered(await scraped(page, reset=10), page)
    for query, values in found.items():
        for key, value in values.items():
            expected = page.expected[query][key]
            assert value <= expected * 1.001 + 1e-9 or isnan(value) or expected < 0
            assert value >= expected * 0.85 or isnan(expected) or value == pytest.approx(expected, nan_ok=True)


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
        ((AUTO,), None, list(shipped())),
        ((AUTO,), ["kubelet_volume_stats_capacity_bytes", "pg_up"], ["kubernetes", "postgresql"]),
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
    with pytest.raises(ValueError, match="no query pack is called 'htp': use auto, blackbox, cadvisor, go, http, "):
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


@pytest.mark.parametrize(
    ("bad", "detectors"), [("up", ("level", "forecast")), ("down", ("level", "forecast")), ("both", ("together",))]
)
def test_what_fills_up_is_forecast(bad: str, detectors: tuple[str, ...]) -> None:
    watched = Watched.model_validate({"name": "quota", "query": "q", "bad": bad, "full": 100, "ahead": 3600})
    query = watched.as_query(15)
    assert (query.detectors, query.traits.ahead) == (detectors, 3600)


def test_disks_are_forecast_a_day_ahead_certificates_two_weeks_and_caches_not() -> None:
    asked = {entry.name: entry.as_query(15) for _, entry in QUERIES}
    forecast = {name: query.traits.ahead / 3600 for name, query in asked.items() if "forecast" in query.detectors}
    assert (forecast["node_disk"], forecast["node_memory"], forecast["probe_certificate"]) == (24, 4, 336)
    assert {name for name, query in asked.items() if query.traits.full is not None} - set(forecast) == {
        "redis_memory_limit"
    }


def test_a_query_of_the_users_own() -> None:
    watched = Watched.model_validate({"name": "queue_depth", "query": "sum(q)", "service": "queue", "bad": "up"})
    assert (watched.promql, watched.as_query(15).title, watched.as_query(15).traits.bad) == (
        "sum(q)",
        "queue depth",
        "up",
    )
