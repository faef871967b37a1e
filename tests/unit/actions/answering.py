"""An HTTP server on loopback that answers as a test says."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serves every path and method by this handler; gives the port."""
    runner = web.ServerRunner(web.Server(handler, access_log=None))  # type: ignore[arg-type]  # takes any request class
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        port: int = runner.addresses[0][1]
        yield port
    finally:
        await runner.cleanup()


async def hang_up(request: web.BaseRequest) -> web.StreamResponse:
    """Takes the request and drops the connection without an answer."""
    await request.read()
    assert request.transport
    request.transport.close()
    return web.Response()
