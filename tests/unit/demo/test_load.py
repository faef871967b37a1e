import asyncio
import random
from collections import Counter
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from demo.load import CALM, Shoppers, read_rate, set_rate, swell
from demo.targets import Endpoint, render, write


def test_the_rate_is_what_was_set_last(tmp_path: Path) -> None:
    assert read_rate(tmp_path) == CALM

    set_rate(tmp_path, 60.0)

    assert read_rate(tmp_path) == 60.0


def test_the_load_swells_a_little_around_its_rate() -> None:
    factors = [swell(second / 2) for second in range(600)]

    assert 0.9 <= min(factors) < 0.95
    assert 1.05 < max(factors) <= 1.1
    assert sum(factors) / len(factors) == pytest.approx(1.0, abs=0.01)


async def test_shoppers_look_and_buy_and_are_not_put_off_by_errors(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    enough = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        seen[f"{request.method} {request.path}"] += 1
        if seen.total() >= 40:
            enough.set()
        return web.Response(status=502)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    set_rate(tmp_path, 400.0)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        write(tmp_path, render([Endpoint("storefront", "storefront-0", server.port or 0)]))
        visits = asyncio.ensure_future(Shoppers(tmp_path, session, random.Random(1)).run())
        await asyncio.wait_for(enough.wait(), 20)
        visits.cancel()
        await asyncio.wait([visits])

    assert seen["POST /buy"] > seen["GET /"] > 0
    assert seen.total() == seen["POST /buy"] + seen["GET /"]
