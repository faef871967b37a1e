"""One place of a drill: a store, a target, and the config that names them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.model import Target
from bot.config.document import parse
from bot.config.load import Config, check
from bot.domain.incident import Incident
from bot.domain.people import Person
from bot.domain.signals import Signal
from bot.domain.suspects import Suspect
from bot.flow.ids import fresh

SERVICE = "payments"

ADA = Person("slack", "U1", "Ada")
BEN = Person("telegram", "1001", "Ben")
OWNER = Person("web", "owner", "Owner")
EVE = Person("slack", "U9", "Eve")
"""Eve may approve nothing."""

APPROVERS = {"slack": ["U1"], "telegram": [1001], "web": ["owner"]}
PEOPLE = {"ada": {"slack": "U1"}, "bo": {"telegram": 1001}}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trial happens. `store` is an address; `folder` holds the target and what is said in chat."""

    folder: str
    store: str

    @property
    def target(self) -> Target:
        """The one service that can be acted on."""
        return Target("process", SERVICE, {"directory": self.folder})

    @property
    def notebook(self) -> Path:
        """What the chat of this place was told."""
        name = "".join(letter for letter in self.store[-40:] if letter.isalnum())
        return Path(self.folder) / f"said-{name}.jsonl"

    def config(self, over: Mapping[str, Mapping[str, Any]]) -> Config:
        """The config of a Steward here; `over` changes keys of its sections."""
        return check(parse(self.text(over), "drill", {}))

    def text(self, over: Mapping[str, Mapping[str, Any]]) -> str:
        """The config as JSON, which YAML understands."""
        data: dict[str, Any] = {
            "store": self.store,
            "sources": [{"name": "logs", "kind": "files", "paths": [f"{self.folder}/logs/none.log"]}],
            "services": {
                SERVICE: {
                    "target": {"kind": "process", "directory": self.folder},
                    "limits": {"cooldown": "0s", "max_per_hour": 100_000},
                }
            },
            "chat": {"web": {"listen": "127.0.0.1:0"}},
            "approvals": {"approvers": APPROVERS, "people": PEOPLE, "expires_after": "15m"},
            "actions": {"max_per_hour": 100_000},
            "incidents": {"calm": "0s", "verify_after": "0s", "verify_for": "20s"},
        }
        for section, changed in over.items():
            data[section] = {**data[section], **changed}
        return json.dumps(data)


def incident(now: float) -> Incident:
    """An open incident whose cause is known, so that a restart is due to be offered. `now` is in epoch seconds."""
    signal = Signal(
        key=f"logs/{SERVICE}/1",
        series=f"logs/{SERVICE}/1",
        service=SERVICE,
        query="log_pattern",
        title="new kind of error in the log",
        unit="count",
        kind="log",
        onset=now - 60,
        at=now - 30,
        value=30.0,
        expected=None,
        peak=30.0,
        score=0.9,
    )
    return Incident(
        id=fresh(),
        opened_at=now - 30,
        onset=now - 60,
        updated_at=now,
        signalled_at=now - 30,
        title=f"{SERVICE}: {signal.title}",
        severity="warning",
        signals={signal.key: signal},
        suspects=(Suspect(SERVICE, "fault", 1.8, 0.9, ()),),
        investigated_at=now + 86_400,
        due=frozenset({"offer"}),
    )
