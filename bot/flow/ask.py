"""Answers a question about an incident: by the model from its facts, or with what the rules know."""

import asyncio
from dataclasses import dataclass, field, replace

from bot.domain import asking
from bot.domain.card import Card, Section
from bot.domain.dossier import Dossier
from bot.domain.errors import LlmError
from bot.domain.people import Answer as Reply
from bot.domain.people import Command
from bot.flow.answer import Answer
from bot.flow.diagnose import Prompt
from bot.ports import Llm


@dataclass(frozen=True, slots=True)
class Ask:
    """Nothing that is asked or answered can act. One question at a time: a small machine's model answers one well."""

    answer: Answer
    llm: Llm | None
    prompt: Prompt
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, command: Command) -> Reply:
        """The answer to `ask ID QUESTION`; without an incident, the list of what can be said."""
        about = command.words[1] if len(command.words) > 1 else ""
        dossier = await self.answer.dossier(about)
        if dossier is None:
            return await self.answer(replace(command, words=("help",)))
        words = " ".join(command.words[2:])
        why = await self.answer(replace(command, words=("why", dossier.incident.id)))
        if not words or self.llm is None:
            return why
        if self.busy.locked():
            return _noted(why, "the model is busy with another question; this is what the rules know")
        async with self.busy:
            return await self._asked(self.llm, dossier, words, why)

    async def _asked(self, llm: Llm, dossier: Dossier, words: str, why: Reply) -> Reply:
        known = asking.facts(dossier)
        try:
            prompt = asking.question(dossier, words, self.prompt.template)
            said = await llm.complete(prompt, asking.schema(known, self.prompt.schema))
            text, cited = asking.parse(said, known)
        except (LlmError, ValueError) as error:
            return _noted(why, f"{llm.name} was no help: {error}; this is what the rules know")
        facts = Section("Facts", tuple(f"[{name}] {known[name]}" for name in cited))
        footer = f"incident {dossier.incident.id} · words by {llm.name}"
        card = Card("info", f"{words[:200]}", tuple(one for one in (Section("", (text,)), facts) if one.lines))
        return Reply(text, card=replace(card, footer=footer))


def _noted(why: Reply, note: str) -> Reply:
    return replace(why, card=replace(why.card, footer=note) if why.card else None)
