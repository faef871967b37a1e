import numpy as np
import pytest

from bot.domain.errors import SourceError
from bot.sources.answers import RefusedError
from bot.sources.promapi import CHUNK_POINTS, Api
from tests.standins.prometheus import FAULTS, Reply, matrix, refusal, standing, vector


def api(url: str, secrets: dict[str, str] | None = None, timeout: float = 5) -> Api:
    return Api("source prom: Prometheus at X", url, timeout, secrets or {})


async def test_an_instant_question() -> None:
    async with standing(lambda _: vector([({"a": "b"}, 3)])) as server:
        client = api(server.url + "/prefix/")
        answer = await client.instant("up", 1234.5)
        await client.instant("up")
        await client.close()
    assert [row.values.tolist() for row in answer.rows] == [[3]]
    assert server.asked[0].path == "/prefix/api/v1/query"
    assert server.asked[0].form == {"query": "up", "time": "1234.500", "timeout": "4500ms"}
    assert "time" not in server.asked[1].form


async def test_a_long_range_is_asked_for_in_parts_and_joined() -> None:
    def answer(asked: object) -> Reply:
        form = server.asked[-1].form
        return matrix([({"a": "b"}, [(float(form["start"]), 1), (float(form["end"]), 2)])])

    async with standing(answer) as server:
        client = api(server.url)
        found = await client.range("up", np.arange(0.0, 15.0 * (2 * CHUNK_POINTS + 1), 15.0))
        await client.close()
    assert len(server.asked) == 3
    (row,) = found.rows
    assert len(row.times) == 6
    assert np.all(np.diff(row.times) > 0)
    assert {asked.form["step"] for asked in server.asked} == {"15.000"}


@pytest.mark.parametrize(
    ("secrets", "header"),
    [
        ({}, None),
        ({"PROMETHEUS_TOKEN": "t0ken"}, "Bearer t0ken"),
        ({"PROMETHEUS_USER": "ada", "PROMETHEUS_PASSWORD": "pw"}, "Basic YWRhOnB3"),
    ],
)
async def test_credentials(secrets: dict[str, str], header: str | None) -> None:
    async with standing(lambda _: vector([])) as server:
        client = api(server.url, secrets)
        await client.instant("up")
        await client.close()
    assert server.asked[0].headers.get("authorization") == header


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_server_in_trouble_is_one_clear_line_without_secrets(fault: str) -> None:
    async with standing(lambda _: FAULTS[fault]) as server:
        client = api(server.url, {"PROMETHEUS_TOKEN": "t0ken"}, timeout=0.2)
        with pytest.raises(SourceError, match=r"^source prom: Prometheus at X: ") as caught:
            await client.instant("up")
        await client.close()
    assert "\n" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (refusal("parse error"), "parse error"),
        (refusal("found duplicate series", "execution", 422), "duplicate series"),
        (refusal("query timed out", "timeout", 503), "timed out"),
        (Reply(b"x" * 33_000_000), "larger than 32 MB: group the query by fewer labels"),
    ],
)
async def test_trouble_with_one_query_is_a_refusal(reply: Reply, words: str) -> None:
    async with standing(lambda _: reply) as server:
        client = api(server.url)
        with pytest.raises(RefusedError, match=words):
            await client.instant("up")
        await client.close()
