import io
import re
from pathlib import Path

from demo.telemetry import SAMPLE, Journal
from tests.unit.demo.support import metrics, peers, service


async def test_requests_are_counted_and_timed_by_route_and_code(tmp_path: Path) -> None:
    async with peers(tmp_path, catalog=200, checkout=500), service("storefront", tmp_path) as client:
        await client.get("/")
        await client.post("/buy")
        await client.get("/nowhere")
        text = await metrics(client)

    assert 'http_requests_total{code="200",method="GET",route="/"} 1.0' in text
    assert 'http_requests_total{code="502",method="POST",route="/buy"} 1.0' in text
    assert 'http_requests_total{code="404",method="GET",route="unknown"} 1.0' in text
    assert 'http_request_duration_seconds_bucket{le="5.0",method="GET",route="/"} 1.0' in text
    assert "http_requests_in_flight 0.0" in text
    assert 'build_info{version="v1"} 1.0' in text


async def test_calls_to_others_are_counted(tmp_path: Path) -> None:
    async with peers(tmp_path, catalog=200), service("storefront", tmp_path) as client:
        await client.get("/")
        await client.post("/buy")
        text = await metrics(client)

    assert 'http_client_requests_total{code="200",peer="catalog"} 1.0' in text
    assert 'http_client_requests_total{code="refused",peer="checkout"} 2.0' in text


async def test_plumbing_is_answered_and_not_counted(tmp_path: Path) -> None:
    async with service("payments", tmp_path) as client:
        assert (await client.get("/healthz")).status == 200
        await metrics(client)
        assert "http_requests_total{" not in await metrics(client)


def test_a_line_has_time_level_and_service() -> None:
    stream = io.StringIO()
    Journal("payments", stream).error("no key")

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ERROR payments no key\n", stream.getvalue())


def test_of_ordinary_work_only_a_part_is_told() -> None:
    stream = io.StringIO()
    journal = Journal("payments", stream)

    for number in range(3 * SAMPLE):
        journal.sample(f"charged order={number}")

    assert len(stream.getvalue().splitlines()) == 3
