"""Step 10: bring every surface to the latest state, by way of the delivery log."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.card import Card
from bot.domain.delivery import Behind, Unsaid, Urgency
from bot.domain.errors import ChatError
from bot.domain.hush import hush
from bot.domain.incident import RANK
from bot.domain.pace import Kind
from bot.domain.render import Renderer
from bot.domain.silence import Silence
from bot.flow.manners import Manners
from bot.ports import Chat, Clock
from bot.ports.store import Store

MEMORY = 86_400.0
"""Seconds after which a fact or an end that a surface missed is not told any more; what is open always is."""

Job = Behind | Unsaid
Ranked = tuple[tuple[Urgency, int, int, float], Job]


@dataclass(frozen=True, slots=True)
class Round:
    """What one call could not send: why, by message; and the incidents whose later facts wait for an earlier one."""

    refused: dict[str, ChatError] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)

    def note(self, job: Job, error: ChatError) -> None:
        """Keeps a refusal. What is refused for good holds nothing else up."""
        self.refused[_name(job)] = error
        if isinstance(job, Unsaid) and not error.permanent:
            self.stuck.add(job.event.incident_id)


@dataclass(frozen=True, slots=True)
class Publish:
    """Posts, edits and replies on one surface. What was shown is a row, so a restart repeats nothing.

    An incident must reach every surface: a root whose arrival is unknown is posted again. A reply is said at most once.
    What the surface's pace does not allow yet stays a row, and is sent later as it is then.
    """

    chat: Chat
    store: Store
    clock: Clock
    renderer: Renderer
    manners: Manners

    async def __call__(self) -> int:
        """How many messages were sent.

        Raises:
            ChatError: the surface refused; what is left is sent on the next call.
        """
        round_, sent, jobs = Round(), 0, await self._jobs()
        if new := [job for job in jobs if job.urgency == Urgency.NEW]:
            sent = await self._send(new, round_)
            jobs = await self._jobs()  # the facts of a new incident have a thread by now
        sent += await self._send(jobs, round_)
        if round_.refused:
            raise min(round_.refused.values(), key=lambda error: error.permanent)
        return sent

    async def _jobs(self) -> Sequence[Job]:
        """What is to be sent, the most urgent first, then the worst; the facts of one incident in their order."""
        surface, since = self.chat.surface, self.clock.now() - MEMORY
        async with self.store.read() as unit:
            behind = await unit.deliveries.behind(surface, since)
            unsaid = await unit.deliveries.unsaid(surface, since)
            silences = await unit.silences.valid()
        told = [one for one in behind if one.ref or not await self._held(one, silences)]
        said = [one for one in unsaid if not await self._skipped(one, silences)]
        first: dict[str, Urgency] = {}
        for one in said:
            about = one.event.incident_id
            first[about] = min(one.urgency, first.get(about, one.urgency))
        roots: list[Ranked] = [((one.urgency, -RANK[one.severity], 0, one.opened_at), one) for one in told]
        facts: list[Ranked] = [
            ((first[one.event.incident_id], -RANK[one.about.severity], 1, float(one.event.id)), one) for one in said
        ]
        return [job for _, job in sorted([*roots, *facts], key=lambda ranked: ranked[0])]

    async def _held(self, one: Behind, silences: Sequence[Silence]) -> bool:
        """Whether a new incident is not told now. One that ended untold stays so."""
        if not hush(one, silences, self.manners.quiet, self.clock.now()):
            return False
        if one.state == "resolved":
            async with self.store.read() as unit:
                dossier = await unit.incidents.dossier(one.incident_id)
            if dossier is not None:
                await self._shown(one.incident_id, "", dossier.incident.version)
        return True

    async def _skipped(self, one: Unsaid, silences: Sequence[Silence]) -> bool:
        """Whether a fact is never said, because its incident is not told now and nobody acts on it."""
        quiet = hush(one.about, silences, self.manners.quiet, self.clock.now()) and one.urgency == Urgency.EDIT
        if not one.thread or quiet:
            await self._said(one, "")
            return True
        return False

    async def _send(self, jobs: Sequence[Job], round_: Round) -> int:
        """Sends what the pace allows now; gives how many."""
        full, sent = set[tuple[Kind, str]](), 0
        try:
            for job in jobs:
                if self._waits(job, round_):
                    continue
                kind, place = self._bucket(job)
                if (kind, place) in full or not self.manners.pace.take(kind, place, self.clock.monotonic()):
                    full.add((kind, place))
                    continue
                sent += await self._try(job, place, round_)
        finally:
            self.manners.late = sum(_name(job) not in round_.refused for job in jobs) - sent
        return sent

    def _waits(self, job: Job, round_: Round) -> bool:
        """Whether it was refused in this round or, for good, a moment ago; or comes after a fact that was."""
        if error := self.manners.resting(_name(job), self.clock.monotonic()):
            round_.refused.setdefault(_name(job), error)
        return _name(job) in round_.refused or (isinstance(job, Unsaid) and job.event.incident_id in round_.stuck)

    def _bucket(self, job: Job) -> tuple[Kind, str]:
        kind: Kind = "edit" if isinstance(job, Behind) and job.ref else "post"
        about = job if isinstance(job, Behind) else job.about
        return kind, self.manners.routing.place(about, self.chat.surface)

    async def _try(self, job: Job, place: str, round_: Round) -> bool:
        """One message; what refuses this one need not refuse the next, unless the surface asks to be left alone."""
        try:
            await (self._show(job, place) if isinstance(job, Behind) else self._say(job))
        except ChatError as error:
            if error.retry_after:
                raise
            round_.note(job, error)
            self.manners.rest(_name(job), error, self.clock.monotonic())
            return False
        return True

    async def _say(self, one: Unsaid) -> None:
        if one.event.kind == "escalated":
            await self._pass_on(one)
        else:
            await self._said(one, await self._once(self.chat.reply(one.thread, self.renderer.event(one.event))))

    async def _pass_on(self, one: Unsaid) -> None:
        """Tells of the incident at the place that the escalation names, if it names one on this surface."""
        rungs = self.manners.routing.rungs
        places = rungs[one.event.rung - 1].places if 0 < one.event.rung <= len(rungs) else {}
        card, ref = await self._card(one.event.incident_id), ""
        if card is not None and self.chat.surface in places:
            ref = await self._once(self.chat.post(card[0], places[self.chat.surface]))
        await self._said(one, ref)

    async def _once(self, sending: Coroutine[object, object, str]) -> str:
        """Sends something, once: what may have arrived, or has lost its thread, is not sent again."""
        try:
            return await sending
        except ChatError as error:
            if not (error.maybe_sent or error.gone):
                raise
        return ""

    async def _show(self, one: Behind, place: str) -> None:
        found = await self._card(one.incident_id)
        if found is not None:
            card, version = found
            await self._shown(one.incident_id, await self._put(one.ref, card, place), version)

    async def _card(self, incident_id: str) -> tuple[Card, int] | None:
        """The incident as it is now, and its version; says if the surface is behind with others."""
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(incident_id)
            silences = await unit.silences.valid()
        if dossier is None:
            return None
        card = self.renderer.incident(dossier, silences)
        if self.manners.note:
            card = replace(card, footer=f"{card.footer} · {self.manners.note}")
        return card, dossier.incident.version

    async def _put(self, ref: str, card: Card, place: str) -> str:
        if not ref:
            return await self.chat.post(card, place)
        try:
            await self.chat.edit(ref, card)
        except ChatError as error:
            if not error.gone:
                raise
            return await self.chat.post(card, place)  # somebody deleted the message: the incident still needs one
        return ref

    async def _shown(self, incident_id: str, ref: str, version: int) -> None:
        async with self.store.unit() as unit:
            await unit.deliveries.shown(self.chat.surface, incident_id, ref, version)

    async def _said(self, one: Unsaid, ref: str) -> None:
        async with self.store.unit() as unit:
            await unit.deliveries.said(self.chat.surface, one.event.id, ref)


def _name(job: Job) -> str:
    """Names a message: an incident's root, or one of its facts."""
    return job.incident_id if isinstance(job, Behind) else f"{job.event.incident_id}/{job.event.id}"
