"""Shows the picture of each incident on a surface that can: once in its thread, and then replaced in place."""

from dataclasses import dataclass

from bot.domain.card import Image
from bot.domain.delivery import Pictured
from bot.domain.errors import ChatError
from bot.domain.picture import picture
from bot.flow.manners import Manners
from bot.ports import Chat, Clock, Painter
from bot.ports.store import Store

OFTEN = 60.0
"""Seconds that a picture stands at least before it is drawn anew."""

FIRST = 10
"""Pictures that are drawn in one call at most: each takes a third of a second of a core."""


@dataclass(frozen=True, slots=True)
class Illustrate:
    """Nothing waits for a picture: what cannot be drawn or sent now is tried again when the incident changed."""

    chat: Chat
    store: Store
    clock: Clock
    manners: Manners
    painter: Painter

    async def __call__(self) -> int:
        """How many pictures were shown.

        Raises:
            ChatError: the surface refused one.
            PictureError: nothing can be drawn here.
        """
        async with self.store.read() as unit:
            due = await unit.deliveries.unpictured(self.chat.surface, self.clock.now() - OFTEN)
        refused, shown = list[ChatError](), 0
        for one in due:
            if error := self.manners.resting(_name(one), self.clock.monotonic()):
                refused.append(error)
                continue
            if shown == FIRST or not self.manners.pace.take("picture", "", self.clock.monotonic()):
                break
            try:
                shown += await self._show(one)
            except ChatError as error:
                self.manners.rest(_name(one), error, self.clock.monotonic())
                if not error.permanent:
                    raise
                refused.append(error)
        if refused:
            raise refused[-1]
        return shown

    async def _show(self, one: Pictured) -> bool:
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(one.incident_id)
            charts = await unit.telemetry.charts(one.incident_id)
        if dossier is None:
            return False
        drawn, ref = picture(dossier, charts, self.manners.quiet.zone), one.ref
        if drawn is not None:
            image = Image(await self.painter.draw(drawn), drawn.title, drawn.alt)
            ref = await self._send(one, image)
        async with self.store.unit() as unit:
            await unit.deliveries.pictured(self.chat.surface, one.incident_id, ref, dossier.incident.version)
        return drawn is not None

    async def _send(self, one: Pictured, image: Image) -> str:
        """Sends it, once: what may have arrived is not sent again before the incident changes."""
        try:
            return await self.chat.picture(one.thread, image, one.ref)
        except ChatError as error:
            if not (error.maybe_sent or error.gone):
                raise
        return ""


def _name(one: Pictured) -> str:
    """Names a picture among what a surface refused."""
    return f"{one.incident_id} picture"
