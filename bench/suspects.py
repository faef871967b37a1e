"""How well `steward suspects` names the culprit of made-up cases, and what each idea adds: `python -m bench.suspects`.

Each row is 48 seeded cases (`tests/shops.py`).
"""

import argparse
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.commands.case_clues import clues
from bot.commands.case_files import Case, read
from bot.commands.case_series import seen
from bot.domain.ranking import Ranked, rank
from bot.domain.topology import Topology
from tests.shops import shop, write

GRIDS = ((1.0, 600, 300), (15.0, 60, 20), (300.0, 60, 5))
"""Seconds between rows, rows before the start, rows after it."""


def made(cases: int, told: bool) -> Iterable[tuple[float, list[tuple[Case, str, str]]]]:
    for every, before, after in GRIDS:
        found = []
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(cases):
                one = shop(seed, every, before, after)
                found.append((read(write(one, Path(folder, str(seed)), before, told=told)), one.culprit, one.metric))
        yield every, found


def plain(case: Case) -> tuple[Ranked, ...]:
    """The floor: the widest departure of any series, whatever it is."""
    departures = [replace(one, together=None) for one in seen(case.metrics, case.start, None)]
    widest = sorted(departures, key=lambda one: -one.widths)
    first = {one.service: one.metric for one in reversed(widest)}
    order = dict.fromkeys(one.service for one in widest)
    return tuple(Ranked(service, first[service], 0.0, ()) for service in order)


def full(case: Case) -> tuple[Ranked, ...]:
    return rank(seen(case.metrics, case.start, case.symptom), clues(case), case.topology)


def alone(case: Case) -> tuple[Ranked, ...]:
    return full(replace(case, symptom=None))


def unwired(case: Case) -> tuple[Ranked, ...]:
    return full(replace(case, topology=Topology({})))


def places(found: Sequence[tuple[Ranked, ...]], truth: Sequence[str]) -> list[int]:
    return [
        next((place for place, one in enumerate(ranked, 1) if one.service == service), 99)
        for ranked, service in zip(found, truth, strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=48)
    cases = parser.parse_args().cases
    print(f"{'every':>6}  {'given':<18} {'method':<18} {'AC@1':>5} {'AC@3':>5} {'metric':>6} {'ms':>6}")
    for told in (True, False):
        for every, found in made(cases, told):
            methods = {"widest departure": plain, "all": full}
            if told:
                methods |= {"no co-movement": alone, "no call graph": unwired}
            for name, method in methods.items():
                began = time.perf_counter()
                ranked = [method(case) for case, _, _ in found]
                took = (time.perf_counter() - began) / cases * 1000
                at = places(ranked, [culprit for _, culprit, _ in found])
                metric = sum(
                    (one[0].service, one[0].metric) == (culprit, wanted)
                    for one, (_, culprit, wanted) in zip(ranked, found, strict=True)
                )
                given = "symptom and graph" if told else "series alone"
                first, third = sum(one == 1 for one in at) / cases, sum(one <= 3 for one in at) / cases
                print(
                    f"{every:>5g}s  {given:<18} {name:<18} {first:5.2f} {third:5.2f} {metric / cases:6.2f} {took:6.1f}"
                )


if __name__ == "__main__":
    main()
