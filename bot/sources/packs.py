"""Query packs: what to ask of services that expose well-known metrics, as YAML data in `packs/`.

In a pack's `promql`, `$window` is the seconds over which rates are taken, `$by` the labels to group by, and `$name`
a fragment from `let`. `<<vector>>` is that vector with its `service` label filled in by the pack's `service` rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import inf
from pathlib import Path
from string import Template
from typing import Annotated, Literal, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.domain.errors import ConfigError
from bot.domain.samples import Query
from bot.sources.naming import SERVICE_LABELS, part
from bot.sources.recipes import Recipe
from detectors.model import Bad, Traits

FOLDER = Path(__file__).with_name("packs")
AUTO = "auto"

Unit: TypeAlias = Literal["ratio", "percent", "seconds", "bytes", "per_second", "count", "bool"]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Measure(BaseModel):
    """What is asked, and what is known of the answer beforehand. The traits are those of `detectors.model.Traits`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    title: str = ""
    unit: Unit = "count"
    bad: Bad = "both"
    floor: float = -inf
    ceiling: float = inf
    minimum: float = Field(default=0.0, ge=0)
    relative: float = Field(default=0.1, ge=0)
    full: float | None = None
    alone: float = -inf
    ahead: float = Field(default=86400.0, gt=0)
    detectors: tuple[str, ...] = ()

    @property
    def usual(self) -> tuple[str, ...]:
        """The detectors of a query that names none."""
        return ("level",) if self.full is None else ("level", "forecast")

    def as_query(self, every: float) -> Query:
        """The query, for samples that are `every` seconds apart."""
        traits = Traits(
            self.bad, self.floor, self.ceiling, self.minimum, self.relative, every, self.full, self.ahead, self.alone
        )
        title = self.title or self.name.replace("_", " ")
        return Query(self.name, title, self.unit, traits, self.detectors or self.usual)


class Watched(Measure):
    """A query of the user's own. `service` is the label that names the service, or else the service's name itself.

    Where nobody says which direction is bad, little is known, and the service's series are judged together.
    """

    promql: str = Field(alias="query", min_length=1)
    service: str | None = None

    @property
    def usual(self) -> tuple[str, ...]:
        """The detectors of a query that names none."""
        return ("together",) if self.bad == "both" else super().usual


class Entry(Measure):
    """One query of a pack.

    by: the labels to keep beside `service`.
    scrape: how to answer from `/metrics` pages; None where only a server can.
    """

    by: tuple[str, ...] = ()
    promql: str
    scrape: Recipe | None = None


class Pack(BaseModel):
    """Queries that make sense together where one of the metrics `applies_when` exists."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    applies_when: tuple[str, ...] = Field(min_length=1)
    service: tuple[str, ...] = Field(default=SERVICE_LABELS, min_length=1)
    let: dict[str, str] = Field(default_factory=dict)
    queries: tuple[Entry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _renders(self) -> "Pack":
        for entry in self.queries:
            try:
                self.promql(entry, 60)
            except KeyError as error:
                raise ValueError(
                    f"the promql of {entry.name} names ${error.args[0]}, which `let` does not hold"
                ) from error
        return self

    def promql(self, entry: Entry, window: float) -> str:
        """The PromQL of one entry, with rates taken over `window` seconds."""
        given = {"window": f"{window:.0f}s", "by": ", ".join(("service", *entry.by))}
        fragments = {name: Template(text).substitute(given) for name, text in self.let.items()}
        opening, closing = _named(self.service)
        text = Template(entry.promql).substitute(given | fragments)
        return " ".join(text.replace("<<", opening).replace(">>", closing).split())


def _named(rule: Sequence[str]) -> tuple[str, str]:
    """What stands before and after a vector to fill in its label `service`: the last replacement wins."""
    steps = [("steward_service", *part(word)) for word in reversed(rule)] + [("service", "steward_service", "(.+)")]
    closing = "".join(f', "{target}", "$1", "{label}", "{like}")' for target, label, like in steps)
    return "label_replace(" * len(steps), closing


def load(path: Path) -> Pack:
    """Reads one pack.

    Raises:
        ConfigError: the file is not a pack; names the file and the key.
    """
    try:
        return Pack.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigError(f"query pack {path.name}: {key}: {first['msg']}: mend the pack") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"query pack {path.name}: cannot be read: {' '.join(str(error).split())}") from error


@cache
def shipped() -> Mapping[str, Pack]:
    """The packs that come with Steward, by name.

    Raises:
        ConfigError: one of them is broken.
    """
    packs = [load(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {pack.name: pack for pack in packs}


def chosen(names: Sequence[str], metrics: Sequence[str] | None = None) -> Iterator[Pack]:
    """The packs of these names; `auto` stands for those that `metrics` have a use for, all of them when None."""
    for name, pack in shipped().items():
        wanted = AUTO in names and (metrics is None or any(metric in metrics for metric in pack.applies_when))
        if wanted or name in names:
            yield pack


def pack_of(query: str) -> str:
    """The shipped pack that has a query of this name; empty when none has."""
    return next((pack.name for pack in shipped().values() if any(entry.name == query for entry in pack.queries)), "")


def known(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, if each is `auto` or a shipped pack.

    Raises:
        ValueError: one is not; the text lists those that are.
    """
    for name in names:
        if name != AUTO and name not in shipped():
            raise ValueError(f"no query pack is called {name!r}: use {AUTO}, {', '.join(shipped())}")
    return names
