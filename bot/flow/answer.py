"""Answers words: status, incidents, show, why, standing, digest, help. The same on every surface."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.card import Card, Section, Tone
from bot.domain.filling import soonest
from bot.domain.people import Answer as Reply
from bot.domain.people import Command
from bot.domain.render import STATE, Renderer
from bot.domain.words import count, duration
from bot.flow.digest import Digest
from bot.ports import Clock
from bot.ports.store import Store

HELP: Mapping[str, str] = {
    "status": "what is open, and whether every part works",
    "incidents": "the newest incidents",
    "show ID": "one incident; the beginning of its id is enough",
    "why ID": "the evidence behind the probable cause",
    "standing": "what is approved in advance, with a button to revoke each",
    "stop REASON": "stop all actions; nothing runs until go",
    "go": "let actions run again",
    "digest": "today's digest",
    "help": "this list",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Answers commands. `troubles` gives every part that is not well, with one line each."""

    store: Store
    clock: Clock
    renderer: Renderer
    digest: Digest
    troubles: Callable[[], Mapping[str, str]]

    async def __call__(self, command: Command) -> Reply:
        """The answer to a command; unknown words get the list of those that are known."""
        words = command.words or ("help",)
        known: Mapping[str, Callable[[tuple[str, ...]], Awaitable[Reply]]] = {
            "status": self._status,
            "incidents": self._incidents,
            "show": self._show,
            "why": self._why,
            "standing": self._standing,
            "digest": self._digest,
            "help": self._help,
        }
        handler = known.get(words[0].lower())
        if handler is None:
            card = _help_card(f"I do not know {words[0][:40]!r}")
            return Reply(card.title, accepted=False, card=card)
        return await handler(words[1:])

    async def _status(self, _words: tuple[str, ...]) -> Reply:
        async with self.store.read() as unit:
            live = [one for one in await unit.incidents.live(self.clock.now()) if one.state != "resolved"]
            pending = len(await unit.ledger.pending())
            stop = await unit.ledger.stopped()
        sick = {part: trouble for part, trouble in self.troubles().items() if trouble}
        title = count(len(live), "open incident") if live else "All quiet"
        if pending:
            title += f", {count(pending, 'proposal')} waiting for a decision"
        title += f"; {stop.sentence}" if stop else ""
        now = self.clock.now()
        lines = tuple(f"{one.id} {one.title} · {STATE[one.state]} for {duration(now - one.onset)}" for one in live[:10])
        parts = tuple(f"{part}: {trouble}" for part, trouble in sick.items())
        filling = tuple(one.sentence for one in soonest(self.digest.filling())[:5])
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
        if dossier is None:
            return await self._no_such(words)
        card = self.renderer.incident(dossier)
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
            card = self.renderer.standing(await unit.standings.valid())
        return Reply(card.title, card=card)

    async def _digest(self, _words: tuple[str, ...]) -> Reply:
        card = await self.digest.card()
        return Reply(card.title, card=card)

    async def _help(self, _words: tuple[str, ...]) -> Reply:
        return Reply("What I understand", card=_help_card("What I understand"))


def _help_card(title: str) -> Card:
    lines = tuple(f"{words}: {meaning}" for words, meaning in HELP.items())
    return Card("info", title, (Section("Commands", lines),))
