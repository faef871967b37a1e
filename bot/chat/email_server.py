"""A mail server as one conversation a mail: connect, greet, encrypt, log in, hand over."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPReadTimeoutError,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from bot.domain.errors import ChatError
from bot.domain.words import inert

Security = Literal["starttls", "tls", "none"]

WAIT = 60.0
"""Seconds to keep off when the server says "not now"."""

FAILURES = (SMTPException, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go, and as whom. Methods raise ChatError and nothing else. `timeout`: seconds for each answer."""

    host: str
    port: int
    security: Security
    timeout: float
    user: str = ""
    password: str = ""

    async def look(self) -> None:
        """Everything but a mail."""
        async with self._session() as client:
            try:
                await client.noop()
            except FAILURES as error:
                raise self._refused(error) from None

    async def send(self, mail: bytes, sender: str, to: Sequence[str]) -> str:
        """Hands a mail over. Gives what is wrong with some of its addresses; if with all of them, it is an error."""
        async with self._session() as client:
            try:
                await client.mail(sender)
                refused = {one: error for one in to if (error := await _refusal(client, one))}
            except FAILURES as error:
                raise self._refused(error) from None
            if len(refused) == len(to):
                raise self._refused(next(iter(refused.values())), ", ".join(refused))
            try:
                await client.data(mail)
            except (SMTPReadTimeoutError, SMTPServerDisconnected, ConnectionError) as error:
                raise ChatError(f"{self._name} gave no answer to a mail: {_words(error)}", maybe_sent=True) from None
            except FAILURES as error:
                raise self._refused(error) from None
        return "; ".join(f"{self._name} refuses {one}: {_words(error)}" for one, error in refused.items())

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[SMTP]:
        client = SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password or None,
            local_hostname=socket.gethostname() or "localhost",  # the library's own asks the DNS
            timeout=self.timeout,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
        )
        try:
            await client.connect()
        except FAILURES as error:
            client.close()
            raise self._refused(error) from None
        try:
            yield client
            with suppress(*FAILURES):
                await client.quit()
        finally:
            client.close()

    @property
    def _name(self) -> str:
        return f"the mail server {self.host}:{self.port}"

    def _refused(self, error: Exception, to: str = "") -> ChatError:
        """A failure before the mail was handed over."""
        words = _words(error)
        if isinstance(error, SMTPAuthenticationError) and error.code >= 500:
            return ChatError(f"{self._name} refuses SMTP_USER and SMTP_PASSWORD: {words}", permanent=True)
        if isinstance(error, SMTPResponseException):
            said = f"{self._name} refuses {to or 'the mail'}: {words}"
            if 400 <= error.code < 500:
                return ChatError(said, retry_after=WAIT)
            return ChatError(f"{said}; check the addresses under chat.email", permanent=True)
        if "not supported by server" in words:
            return ChatError(
                f"{self._name} lacks what is asked of it: {words}; see chat.email.security", permanent=True
            )
        return ChatError(f"cannot use {self._name}: {words}; is it up, and is chat.email right?")


async def _refusal(client: SMTP, address: str) -> SMTPResponseException | None:
    try:
        await client.rcpt(address)
    except SMTPResponseException as error:
        return error
    return None


def _words(error: Exception) -> str:
    """`550 no such user`, on one line."""
    said = f"{error.code} {error.message}" if isinstance(error, SMTPResponseException) else str(error)
    return " ".join(inert(said).split())[:300] or type(error).__name__
