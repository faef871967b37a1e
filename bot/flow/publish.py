"""Step 10: bring every surface to the latest state, by way of the delivery log."""

from collections.abc import Coroutine
from dataclasses import dataclass

from bot.domain.card import Card
from bot.domain.errors import ChatError
from bot.domain.render import Renderer
from bot.domain.timeline import Event
from bot.ports import Chat, Clock
from bot.ports.store import Store

MEMORY = 86_400.0
"""Seconds after which a change that a surface missed is not told any more."""


@dataclass(frozen=True, slots=True)
class Publish:
    """Posts, edits and replies on one surface. What was shown is a row, so a restart repeats nothing.

    An incident must reach every surface: a root whose arrival is unknown is posted again. A reply is said at most once.
    """

    chat: Chat
    store: Store
    clock: Clock
    renderer: Renderer

    async def __call__(self) -> int:
        """How many messages were sent.

        Raises:
            ChatError: the surface refused; what is left is sent on the next call.
        """
        since = self.clock.now() - MEMORY
        async with self.store.read() as unit:
            behind = await unit.deliveries.behind(self.chat.surface, since)
        refused = [error for one in behind if (error := await self._try(self._show(*one)))]
        async with self.store.read() as unit:
            unsaid = await unit.deliveries.unsaid(self.chat.surface, since)
        refused += [error for one in unsaid if (error := await self._try(self._say(*one)))]
        if refused:
            raise refused[-1]
        return len(behind) + len(unsaid)

    async def _try(self, work: Coroutine[object, object, None]) -> ChatError | None:
        """One message; what refuses this one need not refuse the next, unless the surface asks to be left alone."""
        try:
            await work
        except ChatError as error:
            if error.retry_after:
                raise
            return error
        return None

    async def _say(self, event: Event, thread: str) -> None:
        ref = await self._reply(thread, self.renderer.event(event))
        async with self.store.unit() as unit:
            await unit.deliveries.said(self.chat.surface, event.id, ref)

    async def _reply(self, thread: str, card: Card) -> str:
        """Says something in a thread, once: what may have arrived, or has lost its thread, is not said again."""
        try:
            return await self.chat.reply(thread, card)
        except ChatError as error:
            if not (error.maybe_sent or error.gone):
                raise
        return ""

    async def _show(self, incident_id: str, ref: str) -> None:
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(incident_id)
        if dossier is None:
            return
        ref = await self._send(ref, self.renderer.incident(dossier))
        async with self.store.unit() as unit:
            await unit.deliveries.shown(self.chat.surface, incident_id, ref, dossier.incident.version)

    async def _send(self, ref: str, card: Card) -> str:
        if not ref:
            return await self.chat.post(card)
        try:
            await self.chat.edit(ref, card)
        except ChatError as error:
            if not error.gone:
                raise
            return await self.chat.post(card)  # somebody deleted the message: the incident still needs one
        return ref
