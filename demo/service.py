"""One service of the shop: `python -m demo.service --name payments --version v1 --port 9101 --directory DIR`."""

import argparse
import os
import random
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
from aiohttp import web
from prometheus_client import REGISTRY, CollectorRegistry

from demo.catalog import Catalog
from demo.kit import Kit
from demo.lineage import end_with_parent
from demo.payments import Payments
from demo.peers import Peers
from demo.shop import Checkout, Storefront
from demo.telemetry import Journal, Telemetry
from demo.topology import SERVICES


@dataclass(frozen=True, slots=True)
class Identity:
    """Which service of which version this process is, and where the sandbox keeps its files."""

    name: str
    version: str
    directory: Path


async def build(identity: Identity, settings: Mapping[str, str], registry: CollectorRegistry) -> web.Application:
    """The service as an application. Needs a running loop; closing the application closes its connections."""
    session = aiohttp.ClientSession()
    telemetry = Telemetry(registry, identity.version)
    kit = Kit(
        peers=Peers(identity.directory, session, telemetry),
        journal=Journal(identity.name, sys.stdout),
        chance=random.Random(identity.name),
        settings=settings,
    )
    app = web.Application(middlewares=[telemetry.observe])
    app.add_routes(telemetry.routes())
    app.add_routes(_routes(identity.name, kit, app))

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        kit.journal.info(f"started version={identity.version}")
        yield
        await session.close()
        kit.journal.info(f"stopped version={identity.version}")

    app.cleanup_ctx.append(lifetime)
    return app


def _routes(name: str, kit: Kit, app: web.Application) -> list[web.RouteDef]:
    match name:
        case "storefront":
            return Storefront(kit).routes()
        case "checkout":
            checkout = Checkout(kit)
            app.on_startup.append(checkout.started)
            return checkout.routes()
        case "payments":
            return Payments(kit).routes()
        case _:
            return Catalog(kit).routes()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m demo.service", description=__doc__)
    parser.add_argument("--name", required=True, choices=SERVICES)
    parser.add_argument("--version", default="v1")
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--directory", required=True, type=Path)
    options = parser.parse_args()
    end_with_parent(partial(os._exit, 1))
    web.run_app(
        build(Identity(options.name, options.version, options.directory), os.environ, REGISTRY),
        host="127.0.0.1",
        port=options.port,
        access_log=None,
        print=None,
        shutdown_timeout=2.0,
    )


if __name__ == "__main__":
    main()
