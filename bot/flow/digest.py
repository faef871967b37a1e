"""The daily digest: what happened since yesterday, what acted and whether it helped, what still waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain import tempo, tuning
from bot.domain.card import Card
from bot.domain.daybook import Daybook, digest
from bot.domain.dossier import Dossier
from bot.domain.errors import ChatError
from bot.domain.filling import soonest
from bot.domain.incident import Incident
from bot.domain.render import Renderer
from bot.flow.around import Around
from bot.ports import Chat, Clock
from bot.ports.store import Store, Unit

DAY = 86_400.0

MOST = 500
"""Incidents that are looked at."""

PUNCTUAL = timedelta(minutes=1)
LATEST = timedelta(hours=3)
"""After this delay a digest would be noise: then the next one tells."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Makes the digest of the last 24 hours, and posts it once a day on a surface."""

    store: Store
    clock: Clock
    renderer: Renderer
    around: Around

    async def post(self, chat: Chat, at: str) -> bool:
        """Posts today's digest if it is past `at` (HH:MM), not by more than three hours, and was not posted today.

        The claim is a row, so neither a restart nor a second timer repeats it.

        Raises:
            ChatError: the surface refused; unless it may have arrived, the next call tries again.
        """
        here = datetime.fromtimestamp(self.clock.now(), self.renderer.zone)
        late = here - datetime.combine(here.date(), time.fromisoformat(at), self.renderer.zone)
        if not timedelta(0) <= late < LATEST:
            return False
        today = here.date().isoformat()
        async with self.store.unit() as unit:
            if late > PUNCTUAL and not await unit.deliveries.digested(chat.surface):
                return False  # a new Steward has nothing to catch up with
            if not await unit.deliveries.digest_due(chat.surface, today):
                return False
        try:
            await chat.post(await self.card())
        except ChatError as error:
            if not error.maybe_sent:
                async with self.store.unit() as unit:
                    await unit.deliveries.digest_failed(chat.surface, today)
            raise
        return True

    async def card(self) -> Card:
        """The digest as it stands now."""
        async with self.store.read() as unit:
            book = await self._book(unit, self.clock.now())
        return digest(book, self.renderer.zone, self.renderer.page)

    async def _book(self, unit: Unit, now: float) -> Daybook:
        recent = await unit.incidents.recent(MOST)
        day = [one for one in recent if now - one.updated_at < DAY]
        week = [one for one in recent if DAY <= now - one.updated_at < 8 * DAY]
        return Daybook(
            day=await self._dossiers(unit, day),
            week=await self._dossiers(unit, week),
            outcomes=[one for one in await unit.ledger.outcomes() if now - one.at < DAY],
            pending=await unit.ledger.pending(),
            standings=await unit.standings.valid(),
            silences=await unit.silences.valid(),
            filling=soonest(self.around.filling()),
            stop=await unit.ledger.stopped(),
            untold=await unit.deliveries.untold(now - DAY),
            tuned=len(tuning.factors(await unit.votes.all(), self.around.tuning)),
            head=await unit.audit.head(),
        )

    async def _dossiers(self, unit: Unit, incidents: Sequence[Incident]) -> list[Dossier]:
        """With the facts alone that the digest reads: one query, however many there are."""
        told = await unit.incidents.told([one.id for one in incidents], tempo.READ)
        return [Dossier(one, events=tuple(told.get(one.id, ()))) for one in incidents]
