"""Log templates: lines a second and memory of `steward templates`, of its miner alone, and of drain3 where installed.

Each runs in a process of its own on the same file, made with a fixed seed, or on a file of yours. For the peer:
`pip install drain3`.

    .venv/bin/python bench/templates.py [FILE.log] [--lines 500000]
"""

import argparse
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from detectors.mining import Miner

SEED = 20
BATCH = 2000

KINDS = (
    "2026-11-20 10:%N:%N,%N INFO [pool-%N-thread-%N] request id=%U user=%W.%W status=%N took %Nms",
    "2026-11-20 10:%N:%N,%N WARN [pool-%N-thread-%N] retry %N of 5 for https://%W.example.com/%W?id=%N",
    '%A - - [20/Nov/2026:10:%N:%N +0000] "GET /%W/%N HTTP/1.1" 200 %N "-" "Mozilla/5.0"',
    "Accepted password for %W from %A port %N",
    "Failed password for %W from %A port %N",
    "GC pause %N.%Nms heap %N.%N MB of %N.%N GB",
    "cache miss key=%W:%W:%N ttl=%N",
    "pod %W-%X-%N evicted from node-%N",
    "cannot open /var/%W/%W.log: Permission denied",
    "loaded class com.example.%W.%WHandler",
    "connection to %W-%W.%W.net:%N timed out",
    "worker %N started",
    "shutting down",
)
WOODS = (
    "alder", "birch", "cedar", "dogwood", "elder", "fir", "ginkgo", "hazel", "ivy", "juniper", "larch", "maple",
    "oak", "pine", "quince", "rowan", "teak", "yew",
)  # fmt: skip

# The generic masks of drain3's own example.
MASKS = (
    (r"((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))((?=[^A-Za-z0-9])|$)", "ID"),
    (r"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)", "IP"),
    (r"((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,} ?){3,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (r"((?<=[^A-Za-z0-9])|^)([0-9A-F]{4} ?){4,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (r"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", "HEX"),
    (r"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", "NUM"),
)


def make(path: Path, lines: int) -> None:
    """Writes the log: kinds of line of very different frequency, hardly a line twice."""
    chance = random.Random(SEED)  # noqa: S311 - a log, no secret
    fields: dict[str, Callable[[], str]] = {
        "N": lambda: str(chance.randint(0, 9999)),
        "W": lambda: chance.choice(WOODS),
        "X": lambda: f"{chance.getrandbits(40):010x}",
        "U": lambda: f"{chance.getrandbits(128):032x}",
        "A": lambda: ".".join(str(chance.randint(0, 255)) for _ in range(4)),
    }
    weights = [1 / (rank + 1) for rank in range(len(KINDS))]
    with path.open("w", encoding="utf-8") as file:
        for kind in chance.choices(KINDS, weights, k=lines):
            file.write(re.sub("%([NWXUA])", lambda found: fields[found[1]](), kind) + "\n")


def miner(path: Path) -> int:
    """The miner alone."""
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    found, numbers = Miner(), set()
    for at in range(0, len(lines), BATCH):
        numbers.update(found.add(lines[at : at + BATCH]))
    return len({found.now(number) for number in numbers})


def command(path: Path) -> int:
    """The command as people run it, without the interpreter's start."""
    from bot.__main__ import main

    out = path.with_suffix(".csv")
    main(["templates", str(path), "--out", str(out)])
    with out.open(encoding="utf-8") as file:
        return len({row.split(",", 2)[1] for row in file}) - 1


def drain(path: Path, masks: bool = False) -> int:
    """Drain3, with its defaults."""
    from drain3 import TemplateMiner
    from drain3.masking import MaskingInstruction
    from drain3.template_miner_config import TemplateMinerConfig

    config = TemplateMinerConfig()
    config.masking_instructions = [MaskingInstruction(*mask) for mask in MASKS] if masks else []
    found = TemplateMiner(config=config)
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        found.add_log_message(line)
    return len(found.drain.clusters)


PEERS: dict[str, Callable[[Path], int]] = {
    "steward templates": command,
    "steward's miner": miner,
    "drain3": drain,
    "drain3, six masks": lambda path: drain(path, masks=True),
}


def measure(name: str, path: Path) -> None:
    """Runs one and prints its row: lines a second of CPU, the peak of memory, the templates."""
    with path.open("rb") as file:
        lines = sum(1 for _ in file)
    began = time.process_time()
    found = PEERS[name](path)
    took = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stderr.write(f"{name:20} {lines / took:12,.0f} {peak:10.0f} {found:10}\n")


def main() -> None:
    """Prints a row for each, every one in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", nargs="?", type=Path, metavar="FILE.log")
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--only", choices=PEERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        measure(given.only, given.log)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "app.log")
        if given.log:
            path.write_bytes(given.log.read_bytes())
        else:
            make(path, given.lines)
        print(f"{'':20} {'lines/s CPU':>12} {'peak MB':>10} {'templates':>10}", flush=True)
        for name in PEERS:
            if name.startswith("drain3") and find_spec("drain3") is None:
                print(f"{name:20} not installed")
                continue
            words = [sys.executable, __file__, str(path), "--only", name]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
