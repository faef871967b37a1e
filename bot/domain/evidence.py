"""What was observed that bears on the cause. Each piece has an id, such as E3, that words can cite."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["signal", "log", "deployment", "state", "traffic", "neighbour"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation about one service. `text` is plain words for people; `weight` 0..1 says how telling it is."""

    id: str
    kind: Kind
    service: str
    text: str
    at: float
    weight: float = 0.5
    subject: str = ""


def number(pieces: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The pieces in order of time, with ids E1, E2 ... given in that order."""
    ordered: Sequence[Evidence] = sorted(pieces, key=lambda piece: (piece.at, piece.service, piece.text))
    return tuple(replace(piece, id=f"E{place}") for place, piece in enumerate(ordered, start=1))
