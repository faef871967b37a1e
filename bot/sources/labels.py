"""What the labels of a query's answer mean: read when they are new, and known by their bytes from then on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
from msgspec import Raw

from bot.domain.roster import EMPTY, Packed, Roster
from bot.domain.samples import series_key
from bot.sources.columns import chosen
from bot.sources.naming import find_service
from detectors.model import Rows

_DECODER = msgspec.json.Decoder(dict[str, str])


@dataclass(frozen=True, slots=True)
class Naming:
    """How the series of a query are named. `rule` are labels that tell the service; `otherwise` is it without them."""

    source: str
    query: str
    rule: tuple[str, ...]
    otherwise: str

    def read(self, labels: bytes) -> tuple[str, str]:
        """The key and the service of a series. Raises ValueError when these are no labels."""
        named = _DECODER.decode(labels)
        named.pop("__name__", None)
        return series_key(self.source, self.query, named), find_service(named, self.rule) or self.otherwise


@dataclass(frozen=True, slots=True)
class Known:
    """The labels of one answer, in its order, and what they mean.

    roster: the series that are taken; places: where each of them is in the answer.
    notes: what is left out of such an answer, a line each.
    """

    labels: Packed = EMPTY
    roster: Roster = field(default_factory=lambda: Roster((), (), EMPTY))
    places: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    notes: Sequence[str] = ()


def learned(before: Known, labels: Sequence[bytes | Raw], naming: Naming) -> Known:
    """What these labels mean, where those of `before` are known: the same answer in any order has the same roster."""
    if b"".join(labels) == before.labels.text:  # the end of a JSON object is certain, so these are the same ones
        return before
    texts = [bytes(one) for one in labels]
    place = {before.labels[at]: number for number, at in enumerate(before.places.tolist())}
    found = [place.get(text, -1) for text in texts]
    if len(texts) == len(place) == len(set(found) - {-1}):
        packed, places = Packed.of(texts), np.argsort(found)
        return Known(packed, before.roster, places, before.notes)
    return _read(before.roster, found, texts, naming)


def _read(roster: Roster, found: Sequence[int], labels: Sequence[bytes], naming: Naming) -> Known:
    named: list[tuple[str, str]] = []
    sound: list[int] = []
    for at, place in enumerate(found):
        try:
            named.append((roster.keys[place], roster.service(place)) if place >= 0 else naming.read(labels[at]))
        except ValueError:  # msgspec's errors are ones too
            continue
        sound.append(at)
    wrong = len(labels) - len(sound)
    notes = (
        [f"{naming.query}: {wrong} of {len(labels)} series had unreadable labels and were left out"] if wrong else []
    )
    taken, left_out = chosen(naming.query, [key for key, _ in named])
    places = np.array([sound[at] for at in taken], dtype=np.intp)
    keys, services = [named[at][0] for at in taken], [named[at][1] for at in taken]
    packed = Packed.of(labels)
    return Known(packed, Roster(keys, services, packed.picked(places)), places, [*notes, *left_out])
