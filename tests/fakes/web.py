"""The page with a real store and door, and a desk, a board and a bell that the test holds."""

from dataclasses import dataclass, field
from datetime import UTC

import httpx
from fastapi import FastAPI

from bot.runtime.bell import Bell
from bot.store.store import SqlStore
from bot.web.api import create
from bot.web.door import COOKIE, OWNER, Door
from bot.web.parts import Parts
from tests.fakes.clock import FakeClock
from tests.fakes.health import FakeHealth
from tests.standins.telegram_desk import NotingDesk


@dataclass
class Page:
    """The application and what it stands on."""

    store: SqlStore
    metrics_open: bool = False
    approvers: frozenset[str] = frozenset({OWNER.identity})
    desk: NotingDesk = field(default_factory=NotingDesk)
    health: FakeHealth = field(default_factory=FakeHealth)
    bell: Bell = field(default_factory=Bell)

    def __post_init__(self) -> None:
        self.door = Door(self.store, FakeClock())
        self.parts = Parts(
            self.store,
            self.desk,
            self.health,
            self.bell,
            self.door,
            approvers=self.approvers,
            zone=UTC,
            version="0.1.0",
            metrics_open=self.metrics_open,
        )
        self.app: FastAPI = create(self.parts)

    def visitor(self) -> httpx.AsyncClient:
        """Somebody whom nobody knows, without a socket between."""
        # A bug in a handler shall be an answer here, as it is over a socket.
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://steward.example")

    async def owner(self) -> httpx.AsyncClient:
        """Somebody who followed the link."""
        cookie = await self.door.enter(self.door.mint())
        assert cookie is not None
        client = self.visitor()
        client.cookies.set(COOKIE, cookie)
        return client
