"""The payments service of the shop, in front of a card gateway that is strict about encryption."""

import asyncio
import ssl

from aiohttp import web

from demo.kit import Kit

DECLINED = 0.02
SLOW = 0.01
STRICT = 0.35
"""The share of the gateway's nodes that no longer speak old protocols."""


class Payments:
    """Charges cards."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._gateway = Gateway(kit)

    def routes(self) -> list[web.RouteDef]:
        """`POST /charges?order=ID`."""
        return [web.post("/charges", self._charge)]

    async def _charge(self, request: web.Request) -> web.Response:
        order = request.query.get("order", "none")
        try:
            accepted = await self._gateway.charge()
        except ssl.SSLError as error:
            self._kit.journal.error(f"card gateway handshake failed: {error} order={order}")
            raise web.HTTPInternalServerError from error
        if not accepted:
            self._kit.journal.info(f"card declined order={order}")
            raise web.HTTPPaymentRequired
        self._kit.journal.sample(f"charged order={order}")
        return web.Response(text="charged\n")


class Gateway:
    """The card company's end. With `CARD_GATEWAY_TLS` below 1.2 its handshake is slow, and fails on strict nodes."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._version = kit.settings.get("CARD_GATEWAY_TLS", "1.3")

    async def charge(self) -> bool:
        """Whether the card was accepted. Raises ssl.SSLError when the node refuses the protocol."""
        if self._version < "1.2":
            await self._kit.work(0.3)
            if self._kit.chance.random() < STRICT:
                raise ssl.SSLError(1, f"unsupported protocol TLSv{self._version}")
        await self._kit.work(0.008)
        if self._kit.chance.random() < SLOW:
            await asyncio.sleep(0.1)
        return self._kit.chance.random() >= DECLINED
