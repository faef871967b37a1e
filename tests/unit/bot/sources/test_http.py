import httpx
import pytest

from bot.sources.http import FetchError, Limits, TooLargeError, fetch, is_loopback
from tests.standins.prometheus import Asked, Reply, standing

QUICK = Limits(5, 1_000)


async def test_gets_and_posts() -> None:
    def echo(asked: Asked) -> Reply:
        return Reply(asked.form.get("q", "none").encode(), 203)

    async with standing(echo) as server, httpx.AsyncClient(trust_env=False) as client:
        assert await fetch(client, server.url, QUICK) == (203, b"none")
        assert await fetch(client, server.url, QUICK, {"q": "1 & 2"}) == (203, b"1 & 2")


@pytest.mark.parametrize(
    ("reply", "limits", "words"),
    [
        (Reply(b"12345678", cut=True), QUICK, "cut short"),
        (Reply(hold=True), Limits(0.05, 1_000), r"no full answer within 0\.05 s"),
        (Reply(b"x" * 5_000_000), Limits(5, 4_000_000), "larger than 4 MB"),
    ],
)
async def test_each_trouble_is_one_clear_line(reply: Reply, limits: Limits, words: str) -> None:
    async with standing(lambda _: reply) as server, httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(FetchError, match=words):
            await fetch(client, server.url, limits)


async def test_an_answer_that_is_too_large_is_told_from_other_trouble() -> None:
    async with standing(lambda _: Reply(b"x" * 2_000)) as server, httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(TooLargeError):
            await fetch(client, server.url, QUICK)


async def test_nobody_is_there() -> None:
    async with standing(lambda _: Reply()) as server:
        gone = server.url
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(FetchError, match="cannot connect"):
            await fetch(client, gone, QUICK)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:9090", True),
        ("http://localhost/x", True),
        ("http://[::1]:1", True),
        ("http://10.0.0.1:9090", False),
        ("http://prometheus:9090", False),
        ("nonsense", False),
    ],
)
def test_loopback(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback
