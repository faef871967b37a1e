"""The series of a query as columns: a million of them as objects would be a gigabyte."""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.domain.samples import Roll, Series
from detectors.model import Rows


@dataclass(frozen=True, slots=True)
class Packed:
    """Many short texts in one. The text at a place is that from `starts` to `ends`."""

    text: bytes
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> "Packed":
        """These texts in this order."""
        ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
        return cls(b"".join(texts), ends[:-1], ends[1:])

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, place: int) -> bytes:
        return self.text[self.starts[place] : self.ends[place]]

    def picked(self, places: Rows) -> "Packed":
        """Those of some places, in that order; the text is shared."""
        return Packed(self.text, self.starts[places], self.ends[places])


EMPTY = Packed.of(())


class Roster:
    """Series ordered by key, each key once; one becomes a `Series` when it is asked for.

    keys: of each series.
    services: the names of the services, each once; codes: for each series the place of its service among them.
    labels: of each series as a JSON object; a label `__name__` is the metric's and is left out.
    """

    __slots__ = ("codes", "keys", "labels", "services")

    def __init__(self, keys: Sequence[str], services: Sequence[str], labels: "Packed") -> None:
        """Takes the key, the service and the labels of each series."""
        self.keys = tuple(keys)
        place = {name: number for number, name in enumerate(dict.fromkeys(services))}
        self.services = tuple(place)
        self.codes: NDArray[np.int32] = np.fromiter(map(place.__getitem__, services), np.int32, len(keys))
        self.labels = labels

    @classmethod
    def of(cls, series: Roll) -> "Roster":
        """A roster of any series, in the order of their keys."""
        if isinstance(series, cls):
            return series
        ordered = sorted(series, key=lambda one: one.key)
        labels = Packed.of([json.dumps(dict(one.labels)).encode() for one in ordered])
        return cls([one.key for one in ordered], [one.service for one in ordered], labels)

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[Series]:
        return map(self.__getitem__, range(len(self.keys)))

    def __getitem__(self, place: int) -> Series:
        labels = json.loads(self.labels[place])
        labels.pop("__name__", None)
        return Series(self.keys[place], self.service(place), labels)

    def service(self, place: int) -> str:
        """The service of one series."""
        return self.services[int(self.codes[place])]

    def find(self, key: str) -> int:
        """The place of the series with this key, -1 where there is none."""
        place = bisect_left(self.keys, key)
        return place if place < len(self.keys) and self.keys[place] == key else -1

    def of_services(self, services: Collection[str]) -> Rows:
        """The places of the series of these services."""
        wanted = [code for code, name in enumerate(self.services) if name in services]
        return np.flatnonzero(np.isin(self.codes, wanted)) if wanted else np.zeros(0, dtype=np.intp)

    def joined(self, other: "Roster", places: Sequence[int]) -> "Roster":
        """These series, and some of another roster that are not among them."""
        rows = sorted([*self.rows(range(len(self))), *other.rows(places)])
        labels = Packed.of([labels for _, _, labels in rows])
        return Roster([key for key, _, _ in rows], [service for _, service, _ in rows], labels)

    def rows(self, places: Iterable[int]) -> Iterator[tuple[str, str, bytes]]:
        """Key, service and labels of some series."""
        return ((self.keys[place], self.service(place), self.labels[place]) for place in places)


def keys_of(series: Roll) -> Sequence[str]:
    """The key of each series, in order."""
    return series.keys if isinstance(series, Roster) else [one.key for one in series]


def services_of(series: Roll) -> tuple[Sequence[str], Rows]:
    """The services of some series, each once, and for each series the place of its own among them, in order."""
    if isinstance(series, Roster):
        return series.services, series.codes.astype(np.intp)
    places: dict[str, int] = {}
    codes = [places.setdefault(one.service, len(places)) for one in series]
    return list(places), np.array(codes, dtype=np.intp)
