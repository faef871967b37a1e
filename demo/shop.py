"""The two services of the shop that call others: the storefront and the checkout."""

import asyncio
import sys

from aiohttp import web

from demo.kit import Kit
from demo.peers import PeerError

CURRENCIES = ("CHF", "EUR", "GBP", "USD")


class Storefront:
    """What shoppers see: products to look at, and a button to buy."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def routes(self) -> list[web.RouteDef]:
        """`GET /` and `POST /buy`."""
        return [web.get("/", self._browse), web.post("/buy", self._buy)]

    async def _browse(self, _: web.Request) -> web.Response:
        await self._kit.work(0.003)
        await ask(self._kit, "catalog", "GET", "/products")
        self._kit.journal.sample("page shown")
        return web.Response(text="products\n")

    async def _buy(self, _: web.Request) -> web.Response:
        order = self._kit.chance.randrange(10_000_000, 99_999_999)
        await self._kit.work(0.003)
        await ask(self._kit, "checkout", "POST", f"/orders?order={order}")
        self._kit.journal.sample(f"order placed order={order}")
        return web.Response(text="thank you\n")


class Checkout:
    """Looks up the price of an order and has it paid. Reads its price rules shortly after the start."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def routes(self) -> list[web.RouteDef]:
        """`POST /orders?order=ID`."""
        return [web.post("/orders", self._order)]

    async def started(self, _: web.Application) -> None:
        """Begins to load the price rules, which takes two seconds."""
        self._kit.journal.info("loading price rules")
        asyncio.get_running_loop().call_later(2.0, self.check_rules)

    def check_rules(self) -> None:
        """Ends the process when the settings name a currency that nobody knows."""
        currency = self._kit.settings.get("CHECKOUT_CURRENCY", "EUR")
        if currency not in CURRENCIES:
            self._kit.journal.error(f"configuration invalid: CHECKOUT_CURRENCY {currency!r} is not known, exiting")
            sys.exit(1)
        self._kit.journal.info(f"price rules loaded currency={currency}")

    async def _order(self, request: web.Request) -> web.Response:
        order = request.query.get("order", "none")
        await self._kit.work(0.004)
        await ask(self._kit, "catalog", "GET", "/products/1", order)
        await ask(self._kit, "payments", "POST", f"/charges?order={order}", order)
        self._kit.journal.sample(f"order completed order={order}")
        return web.Response(text="completed\n")


async def ask(kit: Kit, peer: str, method: str, path: str, order: str = "") -> None:
    """Calls a peer and returns when it answered well.

    Raises:
        web.HTTPException: what the caller answers otherwise: 402 when the card was declined, 502 when the peer
            failed or was not there.
    """
    about = f" order={order}" if order else ""
    try:
        code = await kit.peers.call(peer, method, path)
    except PeerError as error:
        kit.journal.warning(f"{error}{about}")
        raise web.HTTPBadGateway from error
    if code == web.HTTPPaymentRequired.status_code:
        raise web.HTTPPaymentRequired
    if code >= 400:
        kit.journal.warning(f"{peer} answered {code}{about}")
        raise web.HTTPBadGateway
