"""The catalog service of the shop: a search index with few connections, and a cache for campaigns."""

import asyncio
import random
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from demo.kit import Kit

CONNECTIONS = 2
QUEUE = 40
LOOKUP = 0.028
"""Seconds of one look-up; with two connections a replica serves about 70 a second."""

PAGE = 200_000
READ = 16_384
MOST = 360_000_000
"""Bytes of pages at which the cache takes no more, so that the leak cannot harm the machine."""


class Catalog:
    """Shows products, each by one look-up in the index."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._index = Index()
        self._pages = CampaignPages(kit.chance, MOST)
        self._rejected = 0

    def routes(self) -> list[web.RouteDef]:
        """`GET /products`, `GET /products/ID` and `POST /campaigns`."""
        return [
            web.get("/products", self._products),
            web.get("/products/{id}", self._products),
            web.post("/campaigns", self._campaign),
        ]

    async def _products(self, request: web.Request) -> web.Response:
        if self._index.waiting >= QUEUE:
            self._reject()
            raise web.HTTPServiceUnavailable
        async with self._index.connection():
            await self._kit.work(LOOKUP)
            self._pages.personalise()
        self._kit.journal.sample(f"looked up path={request.path}")
        return web.Response(text="products\n")

    async def _campaign(self, _: web.Request) -> web.Response:
        self._pages.active = True
        self._kit.journal.info("campaign started: pages are personalised")
        return web.Response(text="started\n")

    def _reject(self) -> None:
        if self._rejected % 10 == 0:
            self._kit.journal.warning(f"search queue full: {QUEUE} wait for {CONNECTIONS} connections, rejecting")
        self._rejected += 1


class Index:
    """The connections to the search index, and how many requests wait for one."""

    def __init__(self) -> None:
        self.waiting = 0
        self._free = asyncio.Semaphore(CONNECTIONS)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[None]:
        """Waits for a connection and holds it."""
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._free.release()


class CampaignPages:
    """A cache of pages made for single visitors. It is never evicted and always searched from end to end: a leak.

    Above `most` bytes it takes no more.
    """

    def __init__(self, chance: random.Random, most: int) -> None:
        self.active = False
        self._chance = chance
        self._most = most
        self._pages: list[memoryview] = []

    def personalise(self) -> None:
        """Looks for a page that fits the visitor, finds none, and keeps a new one."""
        if not self.active:
            return
        # A checksum has 32 bits, so nothing ever equals these 64.
        wanted = self._chance.getrandbits(64)
        if not any(zlib.crc32(page[:READ]) == wanted for page in self._pages) and self.bytes < self._most:
            self._pages.append(memoryview(self._chance.randbytes(PAGE)))

    @property
    def bytes(self) -> int:
        """What the pages hold."""
        return len(self._pages) * PAGE
