"""E-mail as a place to tell of incidents: one mail when an incident opens, and its facts as answers to that mail."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.chat.email_message import Envelope, compose, illustrate, subject_of, text_of
from bot.chat.email_server import MailServer, Security
from bot.chat.keys import Keys
from bot.config.duration import Duration
from bot.domain.card import Card, Image
from bot.domain.errors import ChatError, ConfigError
from bot.domain.pace import Allowance, Kind
from bot.ports import Desk

PORTS: Mapping[Security, int] = {"starttls": 587, "tls": 465, "none": 25}

Address = Annotated[str, Field(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$")]


class EmailOptions(BaseModel):
    """`chat.email` in the config. `security`: "none" is for a server on this machine alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(pattern=r"^[^\s/@]+$")
    port: int | None = Field(default=None, ge=1, le=65_535)
    security: Security = "starttls"
    sender: Address
    to: tuple[Address, ...] = Field(min_length=1)
    timeout: Annotated[Duration, Field(gt=0)] = 30.0

    @model_validator(mode="after")
    def _private(self) -> "EmailOptions":
        if self.security == "none" and not _here(self.host):
            raise ValueError("security none is for a server on this machine: use starttls or tls")
        return self


@dataclass(frozen=True, slots=True)
class Thread:
    """Mails that belong together. `place`: whom they go to, if not to all; `root`: the first one's Message-ID."""

    place: str
    subject: str
    root: str = ""


class Email:
    """The `Chat` port over SMTP. A ref is `MESSAGE-ID PLACE SUBJECT`: what an answer needs to be in the same thread."""

    surface = "email"
    allowances: Mapping[Kind, Allowance] = {
        "post": Allowance(20, 6.0),
        "picture": Allowance(2, 30.0, shared=True),
    }
    """No limit is common to all servers: 20 mails at once and 10 a minute stay below those of the large ones."""
    Options = EmailOptions
    SECRETS: tuple[str, ...] = ()
    OPTIONAL = ("SMTP_USER", "SMTP_PASSWORD")

    def __init__(
        self, options: EmailOptions, user: str = "", password: str = "", now: Callable[[], float] = time.time
    ) -> None:
        """Connects to nothing yet. `now` gives epoch seconds.

        Raises:
            ConfigError: half a login.
        """
        if bool(user) != bool(password):
            raise ConfigError("SMTP_USER and SMTP_PASSWORD belong together: set both, or neither")
        self._options = options
        port = options.port or PORTS[options.security]
        self._server = MailServer(options.host, port, options.security, options.timeout, user, password)
        self._now = now
        self._keys = Keys()
        self._refusal = ""

    @classmethod
    def create(cls, options: EmailOptions, secrets: Mapping[str, str]) -> "Email":
        """The surface, with a login if there is one."""
        return cls(options, secrets.get("SMTP_USER", ""), secrets.get("SMTP_PASSWORD", ""))

    @property
    def trouble(self) -> str:
        """What the server refused of the last mail; empty when it took all."""
        return self._refusal

    async def post(self, card: Card, place: str = "") -> str:
        """Sends a mail that begins a thread, to another address if given."""
        subject = subject_of(card)
        return f"{await self._send(card, Thread(place, subject))} {place} {subject}"

    async def edit(self, ref: str, card: Card) -> None:
        """Does nothing: a mail that was read stays as it is, and what matters is said as an answer."""

    async def reply(self, ref: str, card: Card) -> str:
        """Answers the first mail of the thread."""
        return await self._send(card, _thread(ref))

    async def picture(self, ref: str, image: Image, old: str) -> str:
        """Sends the first picture; later ones would be a mail a minute."""
        return old or await self._send(image, _thread(ref))

    async def check(self) -> None:
        """Connects, greets, encrypts and logs in; sends nothing."""
        await self._server.look()
        if self.trouble:
            raise ChatError(self.trouble, permanent=True)

    async def listen(self, desk: Desk) -> None:
        """Nothing comes this way."""
        del desk
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Keeps no connection."""

    async def _send(self, said: Card | Image, thread: Thread) -> str:
        """Sends one mail, gives its Message-ID."""
        about = thread.root or f"{said.about if isinstance(said, Card) else ''} {thread.place}"
        words = said.alt if isinstance(said, Image) else text_of(said)
        sender, to = self._options.sender, (thread.place,) if thread.place else self._options.to
        key = self._keys.of(about, words.encode("utf-8", "replace"))
        id_ = f"<{key}@{sender.rpartition('@')[2]}>"
        envelope = Envelope(sender, to, id_, thread.subject, self._now(), thread.root)
        mail = illustrate(envelope, said) if isinstance(said, Image) else compose(envelope, said)
        try:
            self._refusal = await self._server.send(mail.as_bytes(), sender, to)
        except ChatError as error:
            self._refusal = str(error) if error.permanent else ""
            raise
        self._keys.arrived(about)
        return id_


def _thread(ref: str) -> Thread:
    root, place, subject = ref.split(" ", 2)
    return Thread(place, subject, root)


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
