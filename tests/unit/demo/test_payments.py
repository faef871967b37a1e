import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.demo.support import service


async def charge(directory: Path, settings: dict[str, str]) -> Counter[int]:
    async with service("payments", directory, settings) as client:
        responses = await asyncio.gather(*(client.post(f"/charges?order={number}") for number in range(90)))
        return Counter(response.status for response in responses)


async def test_calm_charges_never_fail_though_some_cards_are_declined(tmp_path: Path) -> None:
    statuses = await charge(tmp_path, {})

    assert set(statuses) <= {200, 402}
    assert statuses[200] > 75


async def test_an_old_protocol_makes_about_a_third_fail_and_the_log_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statuses = await charge(tmp_path, {"CARD_GATEWAY_TLS": "1.0"})

    assert 12 < statuses[500] < 55
    lines = [line for line in capsys.readouterr().out.splitlines() if " ERROR " in line]
    assert len(lines) == statuses[500]
    assert "ERROR payments card gateway handshake failed: unsupported protocol TLSv1.0 order=" in lines[0]
