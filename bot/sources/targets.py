"""Which addresses to scrape: from the config, and from files in the format of Prometheus's `file_sd_configs`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.config.address import web_address


def scrape_address(url: str) -> str:
    """The address, with the path `/metrics` when it has none.

    Raises:
        ValueError: it is not http(s) with a host and no password.
    """
    parts = urlsplit(web_address(url))
    return parts._replace(path="/metrics").geturl() if parts.path in {"", "/"} else url


class TargetOptions(BaseModel):
    """One address from the config. Without a `service`, the instance (host:port) names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(scrape_address)]
    service: str = ""
    labels: Mapping[str, str] = {}


class _Group(BaseModel):
    """One entry of a file: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config"""

    targets: list[str]
    labels: dict[str, str] = {}


_GROUPS = TypeAdapter(list[_Group])


@dataclass(frozen=True, slots=True)
class Target:
    """One address to scrape, and the labels that all its series get.

    Labels and path make it what it is: a service that restarts on another port is the same target, as in Prometheus.
    """

    url: str = field(compare=False)
    path: str
    labels: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Targets:
    """The targets of now. A file that turns unreadable keeps its last good targets."""

    fixed: Iterable[TargetOptions]
    files: Iterable[str]
    _known: dict[str, list[Target]] = field(default_factory=dict)

    def read(self) -> tuple[list[Target], list[str]]:
        """The targets, and notes on files that cannot be read and on targets that cannot be told apart."""
        found = [_target(item.url, {"service": item.service, **item.labels}) for item in self.fixed]
        notes = []
        for name in self.files:
            try:
                self._known[name] = read_file(Path(name))
            except (OSError, ValueError) as error:
                notes.append(f"targets file {name}: {_reason(error)}")
            found += self._known.get(name, [])
        unique: dict[Target, Target] = {}
        for target in found:
            kept = unique.setdefault(target, target)
            if kept.url != target.url:
                notes.append(f"target {target.url} has the labels of {kept.url} and is left out: give it an instance")
        return list(unique.values()), notes


def read_file(path: Path) -> list[Target]:
    """The targets of one file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not in the format.
    """
    targets = []
    for group in _GROUPS.validate_json(path.read_bytes()):
        scheme = group.labels.get("__scheme__", "http")
        route = group.labels.get("__metrics_path__", "/metrics")
        labels = {name: text for name, text in group.labels.items() if not name.startswith("__")}
        targets += [_target(scrape_address(f"{scheme}://{address}{route}"), labels) for address in group.targets]
    return targets


def _target(url: str, labels: Mapping[str, str]) -> Target:
    given = {name: text for name, text in labels.items() if text}
    parts = urlsplit(url)
    return Target(url, parts.path, tuple(sorted(({"instance": parts.netloc} | given).items())))


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc']) or 'the whole'}: {first['msg']}"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
