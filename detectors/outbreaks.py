"""What is new in the log after a moment: error lines that were rare before, and the service that wrote the first.

Lines are known by their template, so that ids and numbers do not make each of them new. An error that travels is
written by the service that failed, and then by those that called it: of a request's errors the first one counts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.hops import REQUEST, Line
from detectors.mining import Miner
from detectors.templates import looks_like_error

MORE = 2.0
"""How many times as often as before, for its share of all lines, an error must come to be news."""
FEWEST = 2
"""Lines that make an error news."""


@dataclass(frozen=True, slots=True)
class Outbreak:
    """The new errors of one service. first: those that began the errors of a request; example: a line of them."""

    lines: int
    first: int
    example: str


def outbreaks(lines: Sequence[Line], moment: float) -> dict[str, Outbreak]:
    """The services that wrote errors after the moment as they seldom did before."""
    errors = [line for line in lines if looks_like_error(line.text)]
    after = sum(line.time >= moment for line in lines)
    if not errors or not after:
        return {}
    miner = Miner()
    numbers = [miner.now(number) for number in miner.add([line.text for line in errors])]
    kinds = [(line.service, miner.now(number)) for line, number in zip(errors, numbers, strict=True)]
    seen = Counter(kind for kind, line in zip(kinds, errors, strict=True) if line.time >= moment)
    before = Counter(kind for kind, line in zip(kinds, errors, strict=True) if line.time < moment)
    pace = after / max(1, len(lines) - after)
    news = {kind for kind, number in seen.items() if number >= max(FEWEST, MORE * pace * before[kind])}
    return _counted([line for kind, line in zip(kinds, errors, strict=True) if kind in news and line.time >= moment])


def _counted(errors: Sequence[Line]) -> dict[str, Outbreak]:
    begun: dict[str, Line] = {}
    alone = Counter[str]()
    for line in sorted(errors, key=lambda line: line.time):
        if named := REQUEST.search(line.text):
            begun.setdefault(named.group(), line)
        else:
            alone[line.service] += 1
    first = alone + Counter(line.service for line in begun.values())
    every = Counter(line.service for line in errors)
    example = {line.service: line.text for line in reversed(errors)}
    return {service: Outbreak(every[service], first[service], example[service]) for service in every}
