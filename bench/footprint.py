"""Start-up time and resident memory of `steward run`, and the lines of each layer. Run by `make figures`."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import yaml

from demo.topology import DEPENDS_ON

HOME = Path(__file__).resolve().parent.parent
RUNS = 5
SETTLE = 10.0
LAYERS = (
    "bot/domain", "bot/ports", "bot/flow", "bot/config", "bot/runtime", "bot/store", "bot/sources", "bot/chat",
    "bot/llm", "bot/web", "bot/commands", "bot", "detectors", "actions", "demo", "migrations", "prompts", "tests",
    "bench", "docs",
)  # fmt: skip


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path) -> tuple[subprocess.Popen[bytes], float]:
    """Starts Steward on a config that scrapes itself; gives the process and the seconds until `/health` answers."""
    port = free_port()
    config = {
        "store": f"sqlite:///{folder / 'steward.db'}",
        "sources": [
            {"name": "self", "kind": "scrape", "every": "1s", "targets": [{"url": f"http://127.0.0.1:{port}/metrics"}]}
        ],
        "services": {name: {"depends_on": list(callees)} for name, callees in DEPENDS_ON.items()},
        "chat": {"web": {"listen": f"127.0.0.1:{port}", "metrics_open": True}},
    }
    path = folder / "steward.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    began = time.perf_counter()
    words = [sys.executable, "-m", "bot", "run", "-c", str(path)]
    process = subprocess.Popen(words, cwd=HOME, stdout=subprocess.DEVNULL)
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(0.01)
    return process, time.perf_counter() - began


def resident(pid: int) -> float:
    """Megabytes of memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def runs() -> Iterator[tuple[float, float, float]]:
    """(seconds to start, megabytes after settling, seconds to stop) of each run."""
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="steward-figures-") as folder:
            process, began = start(Path(folder))
            time.sleep(SETTLE)
            held = resident(process.pid)
            at = time.perf_counter()
            process.send_signal(signal.SIGTERM)
            process.wait(30)
            yield began, held, time.perf_counter() - at


def lines(folder: str) -> tuple[int, int]:
    """Files and lines of a layer, without the layers inside it."""
    inside = [layer for layer in LAYERS if layer.startswith(f"{folder}/")]
    suffixes = {".py", ".yaml", ".js", ".css", ".html", ".txt", ".json", ".md"}
    files = [
        path
        for path in (HOME / folder).rglob("*")
        if path.suffix in suffixes
        and "__pycache__" not in path.parts
        and not any(path.is_relative_to(HOME / layer) for layer in inside)
    ]
    return len(files), sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)


def main() -> None:
    """Prints the figures."""
    measured = list(runs())
    for name, unit, column in zip(
        ("start", "memory", "stop"), ("s", "MB", "s"), zip(*measured, strict=True), strict=True
    ):
        ordered = sorted(column)
        print(
            f"{name:8} median {ordered[len(ordered) // 2]:7.2f} {unit}   min {ordered[0]:.2f}   max {ordered[-1]:.2f}"
        )
    print("\nlayer           files   lines")
    for layer in LAYERS:
        files, count = lines(layer)
        print(f"{layer:15} {files:5} {count:7}")


if __name__ == "__main__":
    main()
