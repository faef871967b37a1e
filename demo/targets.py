"""Where the replicas of the shop listen: a file in Prometheus' `file_sd` format, written by the supervisor."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

FILE = "targets.json"


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """One replica's address on loopback. `instance` names its slot and outlives restarts: `payments-0`."""

    service: str
    instance: str
    port: int


def render(endpoints: Iterable[Endpoint]) -> str:
    """The file's text, one group an endpoint, in a stable order."""
    groups = [
        {
            "targets": [f"127.0.0.1:{endpoint.port}"],
            "labels": {"service": endpoint.service, "instance": endpoint.instance},
        }
        for endpoint in sorted(endpoints)
    ]
    return json.dumps(groups, indent=1)


def write(directory: Path, text: str) -> None:
    """Puts the file in place by rename, so that no reader sees half of it."""
    path = directory / FILE
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


class Directory:
    """A reader of the file that takes turns over a service's replicas and looks again when the file changes."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE
        self._seen: tuple[int, int] = (0, 0)
        self._addresses: Mapping[str, Sequence[str]] = {}
        self._turns: defaultdict[str, count[int]] = defaultdict(count)

    def addresses(self, service: str) -> Sequence[str]:
        """All `host:port` of a service; empty when it has none yet."""
        self._refresh()
        return self._addresses.get(service, ())

    def pick(self, service: str) -> str | None:
        """The next replica's `host:port`, round robin."""
        addresses = self.addresses(service)
        return addresses[next(self._turns[service]) % len(addresses)] if addresses else None

    def _refresh(self) -> None:
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_ino)
            if seen == self._seen:
                return
            groups = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        addresses: defaultdict[str, list[str]] = defaultdict(list)
        for group in groups:
            addresses[group["labels"]["service"]] += group["targets"]
        self._seen, self._addresses = seen, addresses
