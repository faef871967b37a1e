"""The config with which the demo watches its sandbox: ticks of a second, so that a person need not wait."""

from pathlib import Path
from typing import Any

import yaml

from demo.topology import DEPENDS_ON, SERVICES


def config(directory: Path, port: int) -> dict[str, Any]:
    """The config as data. Everything lives in the directory."""
    home = directory.resolve()
    services: dict[str, Any] = {
        name: {
            "depends_on": list(DEPENDS_ON.get(name, ())),
            "target": {"kind": "process", "directory": str(home)},
            "limits": {"min_replicas": 1, "max_replicas": 4, "cooldown": "30s"},
        }
        for name in SERVICES
    }
    return {
        "store": f"sqlite:///{home / 'steward.db'}",
        "sources": [
            {"name": "shop", "kind": "scrape", "every": "1s", "files": [str(home / "targets.json")], "packs": ["auto"]},
            {"name": "logs", "kind": "files", "every": "1s", "paths": [str(home / "logs" / "*.log")]},
        ],
        "services": services,
        "chat": {"web": {"listen": f"127.0.0.1:{port}"}},
        "approvals": {"approvers": {"web": ["owner"]}, "expires_after": "15m"},
        "incidents": {
            "debounce": 3,
            "clear_after": 4,
            "calm": "4s",
            "quiet": "20s",
            "verify_after": "6s",
            "verify_for": "90s",
        },
    }


def write(directory: Path, port: int) -> Path:
    """Writes the config as `steward.yaml` in the directory."""
    path = directory / "steward.yaml"
    path.write_text(yaml.safe_dump(config(directory, port), sort_keys=False), encoding="utf-8")
    return path
