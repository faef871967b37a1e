"""The daily digest: what happened since yesterday, what acted and whether it helped, what still waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.card import Card, Section, Tone
from bot.domain.errors import ChatError
from bot.domain.execution import WORDS, Outcome
from bot.domain.filling import Filling, soonest
from bot.domain.incident import Incident
from bot.domain.render import STATE, Renderer
from bot.domain.words import count, duration
from bot.ports import Chat, Clock
from bot.ports.store import Store

DAY = 86_400.0

PUNCTUAL = timedelta(minutes=1)
LATEST = timedelta(hours=3)
"""After this delay a digest would be noise: then the next one tells."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Makes the digest of the last 24 hours, and posts it once a day on a surface.

    filling: gives what will be full within days.
    """

    store: Store
    clock: Clock
    renderer: Renderer
    filling: Callable[[], Sequence[Filling]] = tuple

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
        now = self.clock.now()
        async with self.store.read() as unit:
            recent = [one for one in await unit.incidents.recent(200) if now - one.updated_at < DAY]
            outcomes = [one for one in await unit.ledger.outcomes() if now - one.at < DAY]
            pending = len(await unit.ledger.pending())
            given = await unit.standings.valid()
            stop = await unit.ledger.stopped()
            head = await unit.audit.head()
        filling = tuple(one.sentence for one in soonest(self.filling())[:10])
        footer = f"audit head {head[:12]}" if head else ""
        if not (recent or pending or given or stop or filling):
            return Card("good", "Digest: a quiet day, nothing to report", footer=footer, link=self.renderer.page)
        still = [one for one in recent if one.state != "resolved"]
        title = f"Digest: {count(len(recent), 'incident')} in 24 h, {len(still)} still open"
        waiting = (f"{count(pending, 'proposal')} waiting for a decision",) if pending else ()
        sections = (
            Section("Incidents", tuple(_incident(one) for one in recent[:15])),
            Section("Actions", tuple(_outcome(one) for one in outcomes[:15])),
            Section("Filling up", filling),
            Section("Waiting", waiting),
            Section("Stopped", (stop.sentence,) if stop else ()),
            *self.renderer.standing(given).sections,
        )
        tone: Tone = "warning" if still or pending else "info"
        kept = tuple(section for section in sections if section.lines)
        return Card(tone, title, kept, footer=footer, link=self.renderer.page)


def _incident(one: Incident) -> str:
    length = f", lasted {duration(one.resolved_at - one.onset)}" if one.resolved_at else ""
    cause = f"; cause: {one.diagnosis.service}" if one.diagnosis and one.diagnosis.service else ""
    return f"{one.id} {one.title} · {STATE[one.state]}{length}{cause}"


def _outcome(one: Outcome) -> str:
    return f"{one.verb} of {one.service}: {WORDS[one.result].lower()} after {duration(one.took)}"
