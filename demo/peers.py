"""Calls from one service of the shop to another."""

from pathlib import Path

import aiohttp

from demo.targets import Directory
from demo.telemetry import Telemetry

TIMEOUT = aiohttp.ClientTimeout(total=2.0)
SILENCES = {
    "refused": "refuses connections",
    "timeout": "did not answer within 2 s",
    "broken": "broke the connection",
}


class PeerError(Exception):
    """A call got no answer; the text says of whom and why, in a few words."""


class Peers:
    """Finds the replicas of the other services and calls them in turn."""

    def __init__(self, directory: Path, session: aiohttp.ClientSession, telemetry: Telemetry) -> None:
        self._directory = Directory(directory)
        self._session = session
        self._telemetry = telemetry

    async def call(self, peer: str, method: str, path: str) -> int:
        """The status of the peer's answer. When a connection is refused, the next replica is asked, once.

        Raises:
            PeerError: no answer came.
        """
        outcome = await self._ask(peer, method, path)
        if outcome == "refused":
            outcome = await self._ask(peer, method, path)
        if outcome in SILENCES:
            raise PeerError(f"{peer} {SILENCES[outcome]}")
        return int(outcome)

    async def _ask(self, peer: str, method: str, path: str) -> str:
        address = self._directory.pick(peer)
        outcome = await self._send(method, f"http://{address}{path}") if address else "refused"
        self._telemetry.called(peer, outcome)
        return outcome

    async def _send(self, method: str, url: str) -> str:
        try:
            async with self._session.request(method, url, timeout=TIMEOUT) as response:
                await response.read()
                return str(response.status)
        except aiohttp.ClientConnectorError:
            return "refused"
        except TimeoutError:
            return "timeout"
        except aiohttp.ClientError:
            return "broken"
