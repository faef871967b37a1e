"""Who may come in: the one-time link that Steward prints, and the sessions that it opens.

Tokens are 256 random bits; only their SHA-256 is kept. The link serves once, within a day; a session lasts 12 hours.
"""

import hashlib
import hmac
import secrets

from bot.domain.people import Person
from bot.ports import Clock
from bot.ports.store import Store

OWNER = Person("web", "owner", "Owner")
"""The identity behind the one-time link."""

LINK_LASTS = 24 * 3600.0
SESSION_LASTS = 12 * 3600.0
COOKIE = "steward_session"


class Door:
    """Mints the link and knows people by their cookie."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._link = ""
        self._until = 0.0

    def mint(self) -> str:
        """A new one-time token, to be printed as `http://host:port/enter/<token>`; an earlier one ends."""
        token = secrets.token_urlsafe(32)
        self._link = _hash(token)
        self._until = self._clock.monotonic() + LINK_LASTS
        return token

    async def enter(self, token: str) -> str | None:
        """Spends the link; gives the value of the session's cookie, or None when the token is not (or no longer) good.

        Raises:
            StoreError: the session could not be kept; the link is still good.
        """
        if not self.holds(token):
            return None
        link, self._link = self._link, ""  # spent before anything is awaited: two at once cannot both come in
        cookie = secrets.token_urlsafe(32)
        kept = False
        try:
            async with self._store.unit() as unit:
                await unit.sessions.open(_hash(cookie), OWNER.identity, OWNER.name, SESSION_LASTS)
            kept = True
        finally:
            if not kept and not self._link:
                self._link = link
        return cookie

    def holds(self, token: str) -> bool:
        """Whether this is the unspent link's token; it stays unspent. Takes the same time for every wrong one."""
        same = hmac.compare_digest(_hash(token), self._link)
        return same and self._clock.monotonic() < self._until

    async def who(self, cookie: str) -> Person | None:
        """The person with this session.

        Raises:
            StoreError: the store cannot say.
        """
        async with self._store.read() as unit:
            found = await unit.sessions.who(_hash(cookie))
        if found is None:
            return None
        surface, _, stable = found[0].partition(":")
        return Person(surface, stable, found[1])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
