"""HTTP to one configured address, safe against being led elsewhere.

The name is resolved once and every address it has is checked; the connection goes to an address that was checked, with
the name kept for Host and the certificate. Private, loopback, link-local and other special addresses are refused unless
they are listed. Redirects and proxies are not followed, answers not unpacked, and long ones not read to the end.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from actions.model import ActuatorError

LARGEST = 256 * 1024
"""Bytes of an answer that are read."""
CONNECT = 5.0
"""Seconds for finding the addresses, and for connecting to one."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_NAT64 = ip_network("64:ff9b::/96")
# A cloud's metadata service on an address that counts as public (Azure's).
_METADATA = ip_address("168.63.129.16")
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: a GET, or with `content` a POST. `allow`: hosts and networks that may be special; seconds."""

    url: str
    allow: Sequence[str]
    timeout: float
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def name(self) -> str:
        """Host and port, for messages: paths and queries may hold keys."""
        return httpx.URL(self.url).netloc.decode("ascii")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer's status, body and headers; the names of headers are found in any case."""

    code: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=httpx.Headers)


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver. Raises OSError when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def permitted(host: str, address: str, allow: Sequence[str]) -> bool:
    """Whether a request for this host may go to this address."""
    found = _innermost(ip_address(address.partition("%")[0]))
    networks = [network_of(entry) for entry in allow]
    listed = any(network is not None and found in network for network in networks)
    if listed or host.lower() in {entry.lower() for entry in allow}:
        return True
    return found.is_global and not found.is_multicast and found != _METADATA


def network_of(entry: str) -> IPv4Network | IPv6Network | None:
    """The network or single address that an entry of an allow list names; None for a host's name."""
    with suppress(ValueError):
        return ip_network(entry)
    return None


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class SafeHttp:
    """Sends calls. Methods raise ActuatorError and nothing else."""

    def __init__(self, resolver: Resolve = resolve) -> None:
        self._resolve = resolver
        self._client: httpx.AsyncClient | None = None

    async def addresses(self, call: Call) -> list[str]:
        """The addresses that the call may go to, all of them checked. Raises when there is none, or one is refused."""
        url = httpx.URL(call.url)
        try:
            async with asyncio.timeout(CONNECT):
                found = list(dict.fromkeys(await self._resolve(url.host, _port(url))))
        except (OSError, UnicodeError, TimeoutError) as error:
            why = str(error) or "no answer in time"
            raise ActuatorError(f"cannot find the address of {url.host}: {why}; check the url") from None
        if not found:
            raise ActuatorError(f"cannot find the address of {url.host}: it has none; check the url")
        for address in found:
            if not permitted(url.host, address, call.allow):
                raise ActuatorError(
                    f"{url.host} is at {address}, which is no public address: nothing was sent; where that is right, "
                    "list the host or its network under allow"
                )
        return found

    async def reach(self, call: Call) -> None:
        """Connects, with https looks at the certificate too, and sends nothing."""
        url = httpx.URL(call.url)
        tls = (ssl.create_default_context(), url.host) if url.scheme == "https" else (None, None)
        refused = "is it up?"
        for address in await self.addresses(call):
            try:
                async with asyncio.timeout(CONNECT):
                    _, writer = await asyncio.open_connection(address, _port(url), ssl=tls[0], server_hostname=tls[1])
            except (OSError, TimeoutError) as error:
                refused = str(error) if isinstance(error, ssl.SSLError) else "is it up?"
                continue
            writer.close()
            return
        raise ActuatorError(f"cannot connect to {call.name}: {refused}")

    async def send(self, call: Call) -> Reply:
        """Sends the call, once. `effect` of an error is "none" only when the call surely was not sent."""
        refused = ""
        for address in await self.addresses(call):
            try:
                async with asyncio.timeout(call.timeout):
                    return await self._exchange(call, address)
            except _NOT_SENT as error:
                refused = str(error) or "it took too long"
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
                why = str(error) or "it took too long"
                raise ActuatorError(f"no usable answer from {call.name}: {why}", "unknown") from None
        raise ActuatorError(f"cannot connect to {call.name}: {refused}; is it up?")

    async def close(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _exchange(self, call: Call, address: str) -> Reply:
        url = httpx.URL(call.url)
        request = self._open().build_request(
            "GET" if call.content is None else "POST",
            url.copy_with(host=address),
            headers={"Host": call.name, "Accept-Encoding": "identity", **call.headers},
            content=call.content,
            timeout=httpx.Timeout(call.timeout, connect=min(CONNECT, call.timeout)),
            extensions={"sni_hostname": url.host},
        )
        response = await self._open().send(request, stream=True)
        body = b""
        try:
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > LARGEST:
                    break
        finally:
            await response.aclose()
        return Reply(response.status_code, body[:LARGEST], response.headers)

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            # No kept connections: each call goes to the addresses that were checked for it.
            limits = httpx.Limits(max_keepalive_connections=0)
            self._client = httpx.AsyncClient(
                verify=ssl.create_default_context(), trust_env=False, follow_redirects=False, limits=limits
            )
        return self._client


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
