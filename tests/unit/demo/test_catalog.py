import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest

from demo.catalog import CONNECTIONS, PAGE, QUEUE, CampaignPages
from tests.unit.demo.support import Client, service


async def look_up(client: Client, times: int) -> Counter[int]:
    responses = await asyncio.gather(*(client.get(f"/products/{number}") for number in range(times)))
    return Counter(response.status for response in responses)


async def test_ordinary_load_is_served(tmp_path: Path) -> None:
    async with service("catalog", tmp_path) as client:
        assert await look_up(client, 5) == {200: 5}


async def test_more_than_the_queue_holds_is_refused_and_the_log_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service("catalog", tmp_path) as client:
        statuses = await look_up(client, 2 * QUEUE)

    assert statuses[503] > 0
    assert statuses[200] >= QUEUE + CONNECTIONS
    assert "WARNING catalog search queue full: 40 wait for 2 connections" in capsys.readouterr().out


async def test_a_campaign_starts_by_a_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with service("catalog", tmp_path) as client:
        assert (await client.post("/campaigns")).status == 200
        assert await look_up(client, 2) == {200: 2}

    assert "campaign started" in capsys.readouterr().out


def test_pages_are_kept_only_in_a_campaign_and_then_all_of_them_up_to_the_limit() -> None:
    pages = CampaignPages(random.Random("catalog"), most=5 * PAGE)
    pages.personalise()
    assert pages.bytes == 0

    pages.active = True
    sizes = []
    for _ in range(8):
        pages.personalise()
        sizes.append(pages.bytes // PAGE)

    assert sizes == [1, 2, 3, 4, 5, 5, 5, 5]
