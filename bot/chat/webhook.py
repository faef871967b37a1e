"""A server of the user's own as a place to tell of incidents: each message is a signed POST of plain data.

The body is described in docs/outlets.md. The addresses are those that `actions.safe_http` lets through.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from actions.model import ActuatorError
from actions.options import Seconds
from actions.report import inert as words_of
from actions.safe_http import Call, Reply, Resolve, SafeHttp, resolve
from actions.webhook import Listed, Url, signature
from bot.chat.keys import Keys
from bot.domain.card import Card, Image
from bot.domain.errors import ChatError
from bot.domain.moments import flattened
from bot.domain.pace import Allowance, Kind
from bot.domain.words import inert
from bot.ports import Desk

VERSION = 1
"""Of the body. A new key is no new version; a key that goes or changes its meaning is."""

WAIT = 30.0
"""Seconds to keep off when the receiver is busy or away and does not say for how long."""
LONGEST = 3600.0

AWAY = frozenset({408, 425, 429, 502, 503, 504})
"""Answers that speak of the receiver's state and not of this message: the others would get the same."""

Happened = Literal["opened", "changed", "resolved", "said", "digest", "notice"]


class WebhookOptions(BaseModel):
    """`chat.webhook` in the config. `allow`: hosts and networks that may be private ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Url
    allow: tuple[Listed, ...] = ()
    timeout: Seconds = 10.0


class Webhook:
    """The `Chat` port over POSTs. A ref is `ID` or, where a route names another address, `ID ADDRESS`."""

    surface = "webhook"
    allowances: Mapping[Kind, Allowance] = {
        "post": Allowance(20, 1.0),
        "edit": Allowance(5, 2.0),
        "picture": Allowance(0, 1.0),  # never
    }
    """No limit is documented for a server that we do not know: what a small one bears."""
    Options = WebhookOptions
    SECRETS = ("WEBHOOK_SECRET",)

    def __init__(
        self,
        options: WebhookOptions,
        secret: str,
        now: Callable[[], float] = time.time,
        resolver: Resolve = resolve,
    ) -> None:
        """Connects to nothing yet. `now` gives epoch seconds."""
        self._options = options
        self._secret = secret.encode()
        self._now = now
        self._http = SafeHttp(resolver)
        self._keys = Keys()
        self._refusal = ""

    @classmethod
    def create(cls, options: WebhookOptions, secrets: Mapping[str, str]) -> "Webhook":
        """The surface with the secrets that `SECRETS` names."""
        return cls(options, secrets["WEBHOOK_SECRET"])

    @property
    def trouble(self) -> str:
        """What the receiver said when it refused the last message for good; empty when it did not."""
        return self._refusal

    async def post(self, card: Card, place: str = "") -> str:
        """Tells of a new incident, of the digest, or of anything else; to another address if given."""
        what: Happened = "digest" if card.about == "digest" else "opened" if card.about else "notice"
        return f"{await self._tell(what, card, '', place)} {place}".strip()

    async def edit(self, ref: str, card: Card) -> None:
        """Tells what the incident has become."""
        thread, _, place = ref.partition(" ")
        await self._tell("resolved" if card.tone == "good" else "changed", card, thread, place)

    async def reply(self, ref: str, card: Card) -> str:
        """Tells one fact."""
        thread, _, place = ref.partition(" ")
        return f"{await self._tell('said', card, thread, place)} {place}".strip()

    async def picture(self, ref: str, image: Image, old: str) -> str:
        """Shows none: data has no use for it, and the allowance is nought."""
        del ref, image
        return old

    async def check(self) -> None:
        """Looks up the address, connects, and sends nothing."""
        try:
            await self._http.reach(self._call(self._options.url, {}, b""))
        except ActuatorError as error:
            raise ChatError(str(error)) from None
        if self.trouble:
            raise ChatError(self.trouble, permanent=True)

    async def listen(self, desk: Desk) -> None:
        """Nothing comes this way."""
        del desk
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.close()

    async def _tell(self, what: Happened, card: Card, thread: str, place: str) -> str:
        """Posts one message, gives its id. That of a root is the id of its thread; an edit has its own."""
        said = {"version": VERSION, "event": what, "incident": _incident(card), "card": plain(card)}
        about = f"{thread or card.about} {place}"
        key = self._keys.of(about, json.dumps(said).encode())
        body = json.dumps({**said, "message": key, "thread": thread or key}).encode()
        await self._send(self._call(place or self._options.url, {"Idempotency-Key": key}, body))
        self._keys.arrived(about)
        return key

    async def _send(self, call: Call) -> None:
        try:
            reply = await self._http.send(call)
        except ActuatorError as error:
            raise ChatError(str(error), maybe_sent=error.effect == "unknown") from None
        refused = refusal(reply, call.name)
        self._refusal = str(refused) if refused and refused.permanent else ""
        if refused:
            raise refused

    def _call(self, url: str, headers: Mapping[str, str], content: bytes) -> Call:
        given = {
            "Content-Type": "application/json",
            "User-Agent": "steward",
            "X-Steward-Signature": signature(self._secret, int(self._now()), content),
            **headers,
        }
        return Call(url, self._options.allow, self._options.timeout, given, content)


def plain(card: Card) -> dict[str, Any]:
    """The card as JSON types, without buttons: nobody can press them there."""
    card = flattened(card)
    return {
        "tone": card.tone,
        "title": inert(card.title),
        "sections": [
            {"heading": inert(one.heading), "lines": [inert(line) for line in one.lines], "mono": one.mono}
            for one in card.sections
        ],
        "footer": inert(card.footer),
        "link": card.link,
    }


def refusal(reply: Reply, name: str) -> ChatError | None:
    """The answer as an error; None for 2xx."""
    if 200 <= reply.code < 300:
        return None
    said = words_of(reply.body.decode("utf-8", "replace"))
    words = f"{name} answered {reply.code}{f': {said}' if said else ''}"
    asked = reply.headers.get("Retry-After", "")
    if reply.code in AWAY or (reply.code >= 500 and asked):
        return ChatError(words, retry_after=min(max(float(asked), 1.0), LONGEST) if asked.isdecimal() else WAIT)
    if reply.code >= 500:
        return ChatError(words)
    return ChatError(f"{words}; the message was not taken: check chat.webhook and the receiver", permanent=True)


def _incident(card: Card) -> str | None:
    return card.about if card.about not in {"", "digest"} else None
