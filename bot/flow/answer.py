"""Answers words: status, incidents, show, why and the others of HELP. The same on every surface."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain import lists
from bot.domain.card import Card, Section, Tone
from bot.domain.dossier import Dossier
from bot.domain.filling import soonest
from bot.domain.people import Answer as Reply
from bot.domain.people import Command
from bot.domain.render import STATE, Renderer
from bot.domain.words import count, duration
from bot.flow.around import Around
from bot.flow.deploys import deploys
from bot.flow.digest import Digest
from bot.flow.home import home
from bot.ports import Clock
from bot.ports.store import Store

HELP: Mapping[str, str] = {
    "status": "what is open, and whether every part works",
    "incidents": "the newest incidents",
    "show ID": "one incident; the beginning of its id is enough",
    "why ID": "the evidence behind the probable cause",
    "ack ID": "say that you look after it; in an incident's thread the id can be left out, here and below",
    "resolve ID": "end an incident by hand",
    "harmless ID": "not a problem: such signals get a wider threshold; so do helpful ID and wrong ID say their word",
    "silence SERVICE 2h WHY": "do not tell of a service for a while; an incident's id means all its services",
    "silences": "what is silenced, with a button to end each; or unsilence SERVICE",
    "adjust ID 5": "scale to another number of replicas than is offered; a new proposal with its dry run follows",
    "deploys": "which version of each service runs, and since when; deploys SERVICE for one",
    "tuning": "the thresholds that people's words moved, with a button to take the words back",
    "standing": "what is approved in advance, with a button to revoke each",
    "stop REASON": "stop all actions; nothing runs until go",
    "go": "let actions run again",
    "ask ID QUESTION": "ask about an incident; in its thread a mention of me with the question will do",
    "digest": "today's digest",
    "help": "this list",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Answers commands, and finds the incident that one is about."""

    store: Store
    clock: Clock
    renderer: Renderer
    digest: Digest
    around: Around

    async def __call__(self, command: Command) -> Reply:
        """The answer to a command; unknown words get the list of those that are known."""
        words = command.words or ("help",)
        known: Mapping[str, Callable[[tuple[str, ...]], Awaitable[Reply]]] = {
            "status": self._status,
            "incidents": self._incidents,
            "show": self._show,
            "why": self._why,
            "standing": self._standing,
            "silences": self._silences,
            "tuning": self._tuning,
            "deploys": self._deploys,
            "home": self._home,
            "digest": self._digest,
            "help": self._help,
        }
        handler = known.get(words[0])
        if handler is None:
            card = _help_card(f"I do not know {words[0][:40]!r}")
            return Reply(card.title, accepted=False, card=card)
        return await handler(words[1:])

    async def about(self, command: Command) -> str:
        """The id of the incident in whose thread a command was said; empty when it is in none."""
        async with self.store.read() as unit:
            return await unit.deliveries.of(command.person.surface, command.thread)

    async def dossier(self, incident_id: str) -> Dossier | None:
        """The incident whose id begins so; None when none or several do."""
        async with self.store.read() as unit:
            return await unit.incidents.dossier(incident_id)

    async def known(self, incident_id: str) -> bool:
        """Whether a word is the beginning of exactly one incident's id."""
        return await self.dossier(incident_id) is not None

    async def _status(self, _words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            live = [one for one in await unit.incidents.live(self.clock.now()) if one.state != "resolved"]
            pending = len(await unit.ledger.pending())
            stop = await unit.ledger.stopped()
        sick = {part: trouble for part, trouble in self.around.troubles().items() if trouble}
        title = count(len(live), "open incident") if live else "All quiet"
        if pending:
            title += f", {count(pending, 'proposal')} waiting for a decision"
        title += f"; {stop.sentence}" if stop else ""
        now = self.clock.now()
        lines = tuple(f"{one.id} {one.title} · {STATE[one.state]} for {duration(now - one.onset)}" for one in live[:10])
        parts = tuple(f"{part}: {trouble}" for part, trouble in sick.items())
        filling = tuple(one.sentence for one in soonest(self.around.filling())[:5])
        sections = [Section("Open", lines), Section("Not well", parts), Section("Filling up", filling)]
        tone: Tone = (
            "critical"
            if any(one.severity == "critical" for one in live)
            else "warning"
            if live or sick or stop
            else "good"
        )
        card = Card(tone, title, tuple(section for section in sections if section.lines), link=self.renderer.page)
        return Reply(title, card=card)

    async def _incidents(self, _words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            recent = await unit.incidents.recent(10)
        if not recent:
            return Reply("No incident so far", card=Card("good", "No incident so far"))
        now = self.clock.now()
        lines = tuple(
            f"{one.id} {one.title} · {STATE[one.state]} · {duration(now - one.opened_at)} ago" for one in recent
        )
        title = f"The newest {count(len(recent), 'incident')}"
        return Reply(title, card=Card("info", title, (Section("Newest first", lines),)))

    async def _show(self, words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(words[0]) if words else None
            silences = await unit.silences.valid()
        if dossier is None:
            return await self._no_such(words)
        card = self.renderer.incident(dossier, silences)
        return Reply(card.title, card=card)

    async def _why(self, words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            dossier = await unit.incidents.dossier(words[0]) if words else None
        if dossier is None:
            return await self._no_such(words)
        one = dossier.incident
        suspects = tuple(
            f"{two.service}: {two.confidence:.0%} ({', '.join(two.evidence[:6])})" for two in one.suspects[:5]
        )
        evidence = tuple(f"[{piece.id}] {piece.text}" for piece in one.evidence[:20])
        summary = one.diagnosis.summary if one.diagnosis else "Still looking"
        card = Card("info", summary, (Section("Suspects", suspects), Section("Evidence", evidence)))
        return Reply(summary, card=card)

    async def _no_such(self, words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            recent = await unit.incidents.recent(3)
        known = ", ".join(one.id for one in recent) or "none yet"
        text = f"No single incident begins with {words[0][:20]!r}" if words else "Which incident? Give its id"
        return Reply(f"{text}; the newest are {known}", accepted=False)

    async def _standing(self, _words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            card = lists.standings(await unit.standings.valid(), self.renderer.zone)
        return Reply(card.title, card=card)

    async def _silences(self, _words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            card = lists.silences(await unit.silences.valid(), self.renderer.zone)
        return Reply(card.title, card=card)

    async def _tuning(self, _words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            card = lists.tuned(await unit.votes.all(), self.around.tuning)
        return Reply(card.title, card=card)

    async def _deploys(self, words: tuple[str, ...]) -> Reply:
        card = await deploys(self.around.fleet, self.renderer, words[0] if words else "")
        return Reply(card.title, card=card)

    async def _home(self, _words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            card = await home(unit, self.renderer, self.clock.now())
        return Reply("", card=card)

    async def _digest(self, _words: tuple[str, ...]) -> Reply:
        card = await self.digest.card()
        return Reply(card.title, card=card)

    async def _help(self, _words: tuple[str, ...]) -> Reply:
        return Reply("What I understand", card=_help_card("What I understand"))


def _help_card(title: str) -> Card:
    lines = tuple(f"{words}: {meaning}" for words, meaning in HELP.items())
    return Card("info", title, (Section("Commands", lines),))
