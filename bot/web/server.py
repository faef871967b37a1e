"""The HTTP server, in the loop of everything else."""

import asyncio
import contextlib
import ipaddress
import os
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.domain.errors import StewardError

PATIENCE = 5
"""Seconds that requests in flight have to end once the server stops."""


class _Uvicorn(uvicorn.Server):
    """Leaves signals to the one who composes everything."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


class Server:
    """Serves an application on one address; port 0 lets the kernel choose."""

    def __init__(self, app: ASGIApp, host: str, port: int, closing: asyncio.Event) -> None:
        self._host = host
        self._port = port
        self._closing = closing
        self._socket: socket.socket | None = None
        self._serving = False
        self._ended = asyncio.Event()
        config = uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=PATIENCE,
        )
        self._uvicorn = _Uvicorn(config)

    @property
    def port(self) -> int:
        """The real port, once bound."""
        return self._port

    @property
    def address(self) -> str:
        """`http://127.0.0.1:8484`, for people on this machine."""
        host = self._host
        with contextlib.suppress(ValueError):
            if ipaddress.ip_address(host).is_unspecified:
                host = "::1" if ":" in host else "127.0.0.1"
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def bind(self) -> None:
        """Takes the address; from then on callers wait in line until `serve` runs.

        Raises:
            StewardError: the address cannot be had.
        """
        self._socket = listen(self._host, self._port)
        self._port = self._socket.getsockname()[1]

    async def serve(self) -> None:
        """Serves until `stop`; binds first when that was not done.

        Raises:
            StewardError: the address cannot be had.
        """
        if self._socket is None:
            self.bind()
        assert self._socket is not None
        if self._uvicorn.should_exit:  # stopped before it began
            return
        self._serving = True
        try:
            await self._uvicorn.serve(sockets=[self._socket])
        except asyncio.CancelledError:
            self._closing.set()
            await self._uvicorn.shutdown(sockets=[self._socket])
            raise
        finally:
            self._socket.close()
            self._ended.set()

    async def stop(self) -> None:
        """Ends the live streams, lets requests in flight finish, and waits until `serve` is over."""
        self._closing.set()
        self._uvicorn.should_exit = True
        if self._serving:
            await self._ended.wait()
        elif self._socket is not None:
            self._socket.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the page's address.

    Raises:
        StewardError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        words = os.strerror(error.errno) if isinstance(error.errno, int) and error.errno > 0 else str(error)
        raise StewardError(
            f"chat.web.listen: cannot listen on {host}:{port} ({words.lower()}): "
            "end the program that has it, or set another address"
        ) from None
