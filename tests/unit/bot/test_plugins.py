from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from bot import plugins
from bot.config.document import parse
from bot.domain.errors import ConfigError

DOCUMENT = parse("sources:\n  - {name: prom, kind: x, every: 5s}", "steward.yaml", {})
PLACE = ("sources", 0, "kind")


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    every: int


@pytest.mark.parametrize("kind", sorted(plugins.SOURCES))
def test_every_source_has_options_of_its_own(kind: str) -> None:
    found = plugins.find("source", kind, plugins.SOURCES, DOCUMENT, PLACE)
    assert issubclass(found.Options, BaseModel)
    assert found.Options.model_config["extra"] == "forbid"


@pytest.mark.parametrize("kind", sorted(plugins.CHATS))
def test_every_surface_has_options_and_names_its_secrets(kind: str) -> None:
    found = plugins.find("chat", kind, plugins.CHATS, DOCUMENT, PLACE)
    assert found.surface == kind
    assert found.Options.model_config["extra"] == "forbid"
    assert all(name.startswith(kind.upper()) for name in found.SECRETS)


def test_a_kind_that_does_not_exist_gets_its_place_and_the_nearest_name() -> None:
    with pytest.raises(ConfigError) as caught:
        plugins.find("source", "promethues", plugins.SOURCES, DOCUMENT, PLACE)
    assert str(caught.value) == (
        "steward.yaml line 2, sources[0].kind: no source of kind 'promethues'; did you mean 'prometheus'?"
    )


def test_a_kind_far_from_all_gets_all() -> None:
    with pytest.raises(ConfigError, match="no source of kind 'zzz'; known are files, prometheus, scrape"):
        plugins.find("source", "zzz", plugins.SOURCES, DOCUMENT, PLACE)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("bot.sources.nowhere:Nothing", "the source 'x' cannot be loaded: No module named 'bot.sources.nowhere'"),
        ("bot.plugins:Nothing", "the source 'x' cannot be loaded: module 'bot.plugins' has no attribute 'Nothing'"),
    ],
)
def test_a_kind_that_cannot_be_loaded_is_one_line(value: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plugins.find("source", "x", {"x": value}, DOCUMENT, PLACE)
    assert str(caught.value) == f"steward.yaml line 2, sources[0].kind: {words}"


def test_another_package_adds_a_kind_but_does_not_replace_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "shop_sources-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-sources\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(
        "[steward.sources]\nshop = shop_sources:Shop\nfiles = shop_sources:Shop\n", encoding="utf-8"
    )
    (tmp_path / "shop_sources.py").write_text("class Shop:\n    pass\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert plugins.find("source", "shop", plugins.SOURCES, DOCUMENT, PLACE).__name__ == "Shop"
    assert plugins.find("source", "files", plugins.SOURCES, DOCUMENT, PLACE).__name__ == "Files"


def test_options_are_checked_by_their_own_model() -> None:
    assert plugins.options(Options, {"every": 5}, DOCUMENT, ("sources", 0)) == Options(every=5)
    with pytest.raises(ConfigError) as caught:
        plugins.options(Options, {"evry": 5}, DOCUMENT, ("sources", 0))
    assert str(caught.value) == ("steward.yaml line 2, sources[0].evry: unknown key 'evry'; did you mean 'every'?")
