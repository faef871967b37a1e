"""How often ordinary weeks open an incident, through the live code: `python -m bench.quiet`.

The weeks are seeded (`tests/weeks.py`): nothing in them is a fault, so every incident is a false one.
"""

import argparse
from collections import Counter
from collections.abc import Iterator

from bot.domain import filing, signals
from bot.domain.incident import Incident
from bot.domain.samples import Pull
from bot.domain.topology import Topology
from bot.flow.replay import Replay, moments
from bot.flow.watch import Scope
from tests.weeks import DAY, Style, Week

STYLES = {
    "ordinary": Style(),
    "calm": Style(noise=(0.01, 0.03), bursts=(0.0, 0.2)),
    "noisy": Style(noise=(0.1, 0.3), bursts=(2.0, 6.0)),
    "flat": Style(rhythm=(0.0, 0.05), weekend=(1.0, 1.0)),
    "strong rhythm": Style(rhythm=(0.6, 0.9), weekend=(0.1, 0.4)),
    "long late backups": Style(backup=(3600.0, 9000.0), late=2400.0),
}


def incidents(pull: Pull, every: float) -> list[Incident]:
    """What watching would have opened."""
    scope = Scope(filing.Rules(Topology({})), signals.Rules())
    replay = Replay({"prom": every}, scope, 120.0)
    for time, tick in moments(pull):
        replay.tick("prom", time, tick)
    return replay.incidents


def told(found: list[Incident], start: float) -> Iterator[tuple[str, int]]:
    """What began each incident, and on which day."""
    for one in found:
        first = min(one.signals.values(), key=lambda signal: signal.onset)
        yield (
            first.query if first.query != "series" else first.series.split('"')[1],
            int((one.opened_at - start) // DAY),
        )


def main() -> None:
    """Prints incidents a week and machine, and what began them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machines", type=int, default=10, help="weeks of each kind (%(default)s)")
    parser.add_argument("--every", type=float, default=60.0, help="seconds between samples (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--style", choices=STYLES, default=None)
    parser.add_argument("--way", choices=["packs", "table"], default=None, help="with or without knowing what they are")
    asked = parser.parse_args()
    for name, style in STYLES.items() if asked.style is None else [(asked.style, STYLES[asked.style])]:
        week = Week(asked.seed, asked.every, asked.machines, style=style)
        ways = {"packs": week.pull, "table": week.table}
        for way in ways if asked.way is None else [asked.way]:
            found = incidents(ways[way](), asked.every)
            why = list(told(found, week.times[0]))
            first = sum(day == 0 for _, day in why)
            causes = ", ".join(f"{query} {count}" for query, count in Counter(query for query, _ in why).most_common(6))
            rate, later = len(why) / asked.machines, (len(why) - first) / asked.machines
            print(f"{name:<18} {way:<6} {rate:6.2f} a week, {later:5.2f} after the first day   {causes}", flush=True)


if __name__ == "__main__":
    main()
