"""Throughput and memory of the bank and of the whole pull path, beside named peers, in one run. `make bench`.

Each size runs in a process of its own, so that its memory is its own. Peers are no part of Steward's environment:
`--peers PYTHON` names an interpreter into which bench/requirements.lock was installed.
"""

import argparse
import json
import os
import subprocess
import sys

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BANKS = ("novelty", "level", "together", "floor")
PULLS = ("level", "together")


def child(python: str, module: str, *arguments: str) -> list[dict[str, str | float]]:
    """The rows that a part of the benchmark prints."""
    done = subprocess.run([python, "-m", module, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return [{"what": f"{module} {' '.join(arguments)}: failed: {last}"}]
    rows: list[dict[str, str | float]] = json.loads(done.stdout.splitlines()[-1])
    return rows


def shown(row: dict[str, str | float], base: float = 0.0) -> str:
    """A line: only what was measured."""
    words = {
        "rate": lambda one: f"{one:12,.0f} samples/s",
        "first": lambda one: f"first tick {one:.2f} s",
        "steady": lambda one: f"steady {one:.2f} s",
        "peak": lambda one: f"peak {one:,.0f} MiB",
        "bytes": lambda one: f"{one:,.0f} bytes a series",
        "piece": lambda one: f"longest piece {one:.0f} ms",
    }
    said = [word(float(row[name])) for name, word in words.items() if name in row]
    if base and "rate" in row:
        said.append(f"novelty alone is {base / float(row['rate']):,.1f} times as fast")
    return f"  {row['what']:62} {'  '.join(said)}"


def main() -> None:
    """Prints the figures, all of them CPU time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="the largest number of series (%(default)s)")
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="an interpreter with the peers")
    options = parser.parse_args()
    sizes = [size for size in SIZES if size <= options.most]
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for size in sizes:
        print(f"{size:,} series a tick", flush=True)
        for name in BANKS:
            for row in child(sys.executable, "bench.detectors", name, str(size)):
                print(shown(row), flush=True)
        for name in PULLS:
            for row in child(sys.executable, "bench.pull", name, str(size)):
                print(shown(row), flush=True)
    print("one series alone", flush=True)
    alone = child(sys.executable, "bench.detectors", "novelty", "1")
    for row in alone:
        print(shown(row), flush=True)
    base = float(alone[0].get("rate", 0.0))
    for row in child(options.peers, "bench.peers"):
        print(shown(row, base), flush=True)


if __name__ == "__main__":
    main()
