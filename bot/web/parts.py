"""What the page is made of, handed in by the composition root."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Protocol

from bot.ports import Desk
from bot.ports.store import Store
from bot.web.door import Door
from bot.web.live import Hint


class Board(Protocol):
    """What works and what does not."""

    @property
    def parts(self) -> Mapping[str, str]:
        """Every part that the config names, with its trouble; empty when it is well."""
        ...

    @property
    def notes(self) -> Mapping[str, str]:
        """Of parts, also of those that are well, what else there is to say."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What the application needs.

    approvers: the identities of all who may approve anything.
    zone: the time zone that people here read.
    tuning: the config's factors of thresholds.
    metrics_open: whether `/metrics` needs nobody signed in.
    closing: set when the live streams shall end; the server does it.
    """

    store: Store
    desk: Desk
    health: Board
    bell: Hint
    door: Door
    approvers: Collection[str]
    zone: tzinfo
    version: str
    tuning: Mapping[str, float] = field(default_factory=dict)
    metrics_open: bool = False
    closing: asyncio.Event = field(default_factory=asyncio.Event)
