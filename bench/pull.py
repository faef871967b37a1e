"""One size of the full path of a pull: answers of Prometheus as bytes, to signals. A child of `bench.scale`.

Answers come in slices of ten thousand series, each slice a query of its own. Live, an answer is read in a thread, and
the event loop has its turn after each slice; so what others wait for is the longest piece of work without a pause: one
answer decoded (the decoder lets no other thread run), or one slice judged.
"""

import json
import sys
from dataclasses import dataclass, field
from time import process_time

import numpy as np

from bench.detectors import EVERY, peak
from bot.domain import signals
from bot.domain.samples import Batch, Pull, Query
from bot.flow.eyes import Eyes, merged
from bot.sources.labels import Known, Naming, learned
from bot.sources.vectors import vector
from detectors.model import Traits

SLICE = 10_000
TICKS = 24
"""The first, the warm-up of `level`, and some steady ones."""
STEADY = 3
START = 1.7e9


@dataclass(slots=True)
class Work:
    """CPU seconds of the pieces of one tick, and of its pauses in between."""

    pieces: list[float] = field(default_factory=list)
    rest: float = 0.0

    def total(self) -> float:
        return sum(self.pieces) + self.rest


@dataclass(slots=True)
class Slice:
    """One query and its answers."""

    query: Query
    start: int
    size: int
    known: Known = field(default_factory=Known)

    def body(self, tick: int) -> bytes:
        """What Prometheus would answer."""
        at = START + EVERY * tick
        values = 50.0 + np.random.default_rng([self.start, tick]).standard_normal(self.size)
        items = (
            f'{{"metric":{{"__name__":"http_requests_total",'
            f'"instance":"10.{one >> 16}.{one >> 8 & 255}.{one & 255}:9100","job":"node-exporter",'
            f'"path":"/api/v1/x{one % 7}","service":"svc-{one // 100}"}},'
            f'"value":[{at:.3f},"{value:.6f}"]}}'
            for one, value in enumerate(values.tolist(), self.start)
        )
        return f'{{"status":"success","data":{{"resultType":"vector","result":[{",".join(items)}]}}}}'.encode()

    def read(self, body: bytes, tick: int, work: Work) -> Batch:
        """As the source does it."""
        began = process_time()
        found = vector(body)
        decoded = process_time()
        self.known = learned(self.known, found.labels, Naming("bench", self.query.name, ("service",), "bench"))
        values = found.values[self.known.places][np.newaxis]
        work.pieces.append(decoded - began)
        work.rest += process_time() - decoded
        return Batch(self.query, self.known.roster, np.array([START + EVERY * tick]), values)


def slices(detector: str, series: int) -> list[Slice]:
    traits = Traits(bad="up", every=EVERY)
    return [
        Slice(Query(f"load_{start}", "load", "per_second", traits, (detector,)), start, min(SLICE, series - start))
        for start in range(0, series, SLICE)
    ]


def measured(detector: str, series: int) -> dict[str, str | float]:
    asked, eyes, tracks, done = slices(detector, series), Eyes(EVERY), dict[str, signals.Track](), list[Work]()
    for tick in range(TICKS):
        work = Work()
        batches = [one.read(one.body(tick), tick, work) for one in asked]
        tracked = {key: track.signal.series for key, track in tracks.items()}
        glances, looking = [], eyes.glances(Pull(batches), START + EVERY * tick, tracked)
        began = process_time()
        for glance in looking:
            glances.append(glance)
            work.pieces.append(process_time() - began)
            began = process_time()
        for sight in merged(glances):
            tracks, _ = signals.fold(tracks, sight, signals.Rules())
        work.pieces.append(process_time() - began)
        done.append(work)
    return {
        "what": f"pull: {detector}",
        "first": done[0].total(),
        "steady": float(np.median([work.total() for work in done[-STEADY:]])),
        "peak": peak(),
        "piece": 1e3 * max(max(work.pieces) for work in done),
    }


if __name__ == "__main__":
    print(json.dumps([measured(sys.argv[1], int(sys.argv[2]))]))
