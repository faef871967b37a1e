"""A mail server on loopback: aiosmtpd, with refusals as a test says, that keeps what it was handed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

LOGIN = ("steward", "s3cret-pass")


@dataclass
class Post:
    """What came in. `no`: replies to RCPT by address; `data_reply`: to the mail itself; `hang_up`: after the mail.

    login: mails are taken only of who logged in.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    no: dict[str, str] = field(default_factory=dict)
    data_reply: str = "250 taken"
    hang_up: bool = False
    login: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if address in self.no:
            return self.no[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.hang_up:
            server.transport.abort()
            return "250 too late"
        if self.login and not session.authenticated:
            return "530 log in first"
        if self.data_reply.startswith("250"):
            mail = message_from_bytes(envelope.original_content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.raw.append(envelope.original_content)
            self.to.append(envelope.rcpt_tos)
        return self.data_reply


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == tuple(one.encode() for one in LOGIN)
    return AuthResult(success=right, handled=right)


@asynccontextmanager
async def post_office(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, login: bool = False
) -> AsyncIterator[Post]:
    """Serves one."""
    loop, post = asyncio.get_running_loop(), Post(login=login)

    def serve() -> SMTP:
        return SMTP(
            post,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_require_tls=starttls is not None,
            authenticator=_authenticate,
            hostname="mail.example.com",
            loop=loop,
        )

    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=tls)
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
        await server.wait_closed()
