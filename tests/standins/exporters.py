"""Exporters' pages as data: what they say, and what the queries of a pack must make of it. See docs/packs.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from bot.domain.samples import Pull
from bot.sources.packs import Entry, shipped
from tests.syntax import ROOT

FOLDER = ROOT / "tests" / "packs"

_SAMPLE = re.compile(r"(?P<series>\S.*?)\s+(?P<now>now)?(?P<value>[-+]?[0-9.]\S*)(?:\s+\+(?P<rate>[0-9.]\S*))?")

Values = dict[str, dict[str, float]]
"""By query, and by the service with the values of the query's labels, in order: `db orders:9187`."""


@dataclass(frozen=True)
class Page:
    """One exporter's `/metrics`, in Prometheus's text format with two additions.

    A value may end in ` +N`: it grows by N a second. A value may begin with `now`: so many seconds from the start.

    scraped: whether the pack's recipes answer from it as a server does.
    """

    pack: str
    name: str
    labels: Mapping[str, str]
    text: str
    expected: Values
    scraped: bool

    def at(self, seconds: float, began: float, since: float = 0.0) -> str:
        """The page so many seconds after `began`; with `since`, its counters began at 0 that many seconds after."""
        return "".join(_line(line, seconds, began, since) for line in self.text.splitlines())


def pages() -> list[Page]:
    """Every page of every pack."""
    return [page for path in sorted(FOLDER.glob("*.yaml")) for page in of(path)]


def of(path: Path) -> list[Page]:
    """The pages of one pack; the file has the pack's name."""
    said = cast("list[dict[str, object]]", yaml.safe_load(path.read_text(encoding="utf-8")))
    return [
        Page(
            path.stem,
            str(one["name"]),
            cast("dict[str, str]", one["labels"]),
            str(one["page"]),
            cast("Values", one["expect"]),
            bool(one.get("scraped", True)),
        )
        for one in said
    ]


def entries(pack: str) -> dict[str, Entry]:
    """The pack's queries by name."""
    return {entry.name: entry for entry in shipped()[pack].queries}


def answered(pull: Pull, page: Page) -> Values:
    """What came for the services of a page, as `expected` has it."""
    services = {key.split()[0] for keys in page.expected.values() for key in keys}
    known = entries(page.pack)
    found: Values = {}
    for batch in pull.batches:
        for column, series in enumerate(batch.series):
            if series.service in services and batch.query.name in known:
                labels = [series.labels[name] for name in known[batch.query.name].by if name in series.labels]
                found.setdefault(batch.query.name, {})[" ".join([series.service, *labels])] = float(
                    batch.values[-1, column]
                )
    return found


def _line(line: str, seconds: float, began: float, since: float) -> str:
    found = _SAMPLE.fullmatch(line.strip())
    if line.startswith("#") or found is None:
        return f"{line}\n"
    value = float(found["value"]) + (began if found["now"] else 0.0)
    if found["rate"]:
        value = (0.0 if since else value) + float(found["rate"]) * (seconds - since)
    return f"{found['series']} {value!r}\n"
