"""What every service of the shop works with."""

import asyncio
import hashlib
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from demo.peers import Peers
from demo.telemetry import Journal

SPREAD = 0.25
"""The standard deviation of the logarithm of working times."""


@dataclass(frozen=True, slots=True)
class Kit:
    """The other services, the log, seeded chance, and the settings that the release brings (its environment)."""

    peers: Peers
    journal: Journal
    chance: random.Random
    settings: Mapping[str, str]

    async def work(self, seconds: float) -> None:
        """Works for about this long (the median of a log-normal time), a little of it on the processor."""
        hashlib.pbkdf2_hmac("sha256", b"shop", b"salt", 100)
        await asyncio.sleep(self.chance.lognormvariate(math.log(seconds), SPREAD))
