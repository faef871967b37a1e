"""What a service's series say together: each of them too little to be believed alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.domain.roster import keys_of, services_of
from bot.domain.samples import Batch, Query, Series
from bot.domain.signals import Sight, Signal
from detectors import consensus
from detectors.bank import Bank
from detectors.model import Floats

TOGETHER = "together"
"""The detector whose evidence is heard here."""

MARK = f"#{TOGETHER}"

MOST_NAMED = 20
"""The series that a signal names at most."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One series that is out, or that an episode began with. `expected`: None while that is not known."""

    query: Query
    series: Series
    evidence: float
    value: float
    expected: float | None


@dataclass(slots=True)
class Choir:
    """The series of one service in one tick: evidence, how many they are, and those that matter by key."""

    total: float = 0.0
    count: int = 0
    voices: dict[str, Voice] = field(default_factory=dict)


class Chorus:
    """Gathers the evidence of one pull, and states what is too much of it.

    The key of a signal names the series that its episode began with, so another episode is another signal.

    tracked: the series of each signal key that is on its way to fire or to clear.
    """

    def __init__(self, tracked: Mapping[str, str]) -> None:
        self._leading = {series: key for key, series in tracked.items() if is_chorus(key)}
        self._ticks: dict[float, dict[str, Choir]] = {}

    def hear(self, time: float, batch: Batch, values: Floats, bank: Bank) -> None:
        """Takes the evidence of one tick of a query; its bank was given these values just now."""
        keys = keys_of(batch.series)
        evidence = bank.scores(TOGETHER, keys)
        names, groups = services_of(batch.series)
        total, count = consensus.sums(groups, evidence, len(names))
        choirs = self._ticks.setdefault(time, {})
        for place, name in enumerate(names):
            choir = choirs.setdefault(name, Choir())
            choir.total += float(total[place])
            choir.count += int(count[place])
        leading = [key in self._leading for key in keys] if self._leading else False
        heard = np.flatnonzero((evidence > 0) | leading).tolist()
        bands = bank.bands([keys[place] for place in heard])
        for place in heard:
            series = batch.series[place]
            expected = bands[series.key][0] if series.key in bands else None
            voice = Voice(batch.query, series, float(evidence[place]), float(values[place]), expected)
            choirs[series.service].voices[series.key] = voice

    def sights(self) -> list[Sight]:
        """What is said of each tick: the services that are out, and of the tracked ones those that are not."""
        return [self._sight(time, choirs) for time, choirs in self._ticks.items()]

    def _sight(self, time: float, choirs: Mapping[str, Choir]) -> Sight:
        statements, normal = [], {}
        for choir in choirs.values():
            known = [voice for voice in choir.voices.values() if voice.expected is not None]
            led = [voice for voice in known if voice.series.key in self._leading]
            rate = consensus.rate(choir.total, choir.count)
            if rate >= consensus.LIMIT:
                statements += [_said(time, choir, first) for first in led or [max(known, key=_strength)]]
            elif rate < consensus.LIMIT * consensus.STAY:
                normal.update({self._leading[voice.series.key]: voice.value for voice in led})
        return Sight(time, statements, normal)


def is_chorus(key: str) -> bool:
    """Whether a signal of this key is about a service's series together."""
    return key.endswith(MARK)


def _strength(voice: Voice) -> tuple[float, str]:
    return voice.evidence, voice.series.key


def _said(time: float, choir: Choir, first: Voice) -> Signal:
    """The statement about a service. Its values are those of the series that the episode began with."""
    loudest = sorted((voice for voice in choir.voices.values() if voice.evidence > 0), key=_strength, reverse=True)
    among = f"{len(loudest)} of {choir.count} series unlike before, first " if choir.count > 1 else "unlike before: "
    return Signal(
        key=f"{first.series.key}{MARK}",
        series=first.series.key,
        service=first.series.service,
        query=first.query.name,
        title=among + _name(first),
        unit=first.query.unit,
        kind="metric",
        onset=time,
        at=time,
        value=first.value,
        expected=first.expected,
        peak=first.value,
        score=consensus.score(choir.total, choir.count),
        detail="\n".join(voice.series.key for voice in loudest[:MOST_NAMED]),
    )


def _name(voice: Voice) -> str:
    """The title of the query, and the labels that tell the series from its siblings."""
    labels: Sequence[str] = [text for _, text in sorted(voice.series.labels.items()) if text != voice.series.service]
    return " ".join([voice.query.title, *labels]).strip()
