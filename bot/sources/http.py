"""Asks one address and reads a bounded answer within a deadline. Every failure is one clear line."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx


class FetchError(Exception):
    """Nothing usable came; the text says why, without the address and without secrets."""


class TooLargeError(FetchError):
    """The answer is larger than allowed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one answer may take: seconds until its last byte, and bytes."""

    seconds: float
    size: int


async def fetch(
    client: httpx.AsyncClient, url: str, limits: Limits, form: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """The status and the body. Posts `form` when there is one.

    Raises:
        FetchError: unreachable, too slow, too large, cut short, or not HTTP.
    """
    try:
        async with asyncio.timeout(limits.seconds):
            return await _read(client, url, limits.size, form)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise FetchError(f"no full answer within {limits.seconds:g} s") from error
    except httpx.ConnectError as error:
        raise FetchError("cannot connect: is it running, and is the address right?") from error
    except httpx.RemoteProtocolError as error:
        raise FetchError("the answer was cut short or is not HTTP") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise FetchError(f"the request failed ({type(error).__name__})") from error


def is_loopback(url: str) -> bool:
    """Whether the address is this machine, where no proxy belongs in between."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


async def _read(client: httpx.AsyncClient, url: str, most: int, form: Mapping[str, str] | None) -> tuple[int, bytes]:
    body = bytearray()
    async with client.stream("GET" if form is None else "POST", url, data=form) as response:
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > most:
                raise TooLargeError(f"the answer is larger than {most // 1_000_000} MB")
    return response.status_code, bytes(body)
