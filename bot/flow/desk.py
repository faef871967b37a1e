"""The way in: clicks and words go to the use case that they are for, and the others wake up at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.errors import StoreError
from bot.domain.hush import Quiet
from bot.domain.people import Answer as Reply
from bot.domain.people import Click, Command
from bot.flow.adjust import Adjust
from bot.flow.answer import Answer
from bot.flow.ask import Ask
from bot.flow.attend import Attend
from bot.flow.decide import Decide
from bot.flow.gate import Gate
from bot.flow.halt import Halt
from bot.flow.hushing import Hushing
from bot.flow.retune import Retune
from bot.flow.stand import Revoke
from bot.ports import Clock
from bot.ports.store import Store

CHANGES = frozenset(
    {
        "stop",
        "go",
        "ack",
        "resolve",
        "harmless",
        "helpful",
        "wrong",
        "silence",
        "unsilence",
        "reason",
        "retune",
        "adjust",
    }
)
"""The words that change something; all others are questions."""

ABOUT_ONE = frozenset({"show", "why", "ack", "resolve", "harmless", "helpful", "wrong", "ask", "silence", "adjust"})
"""The words that are about one incident: in its thread they need no id."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """Every use case that a click or a word can set off."""

    decide: Decide
    revoke: Revoke
    halt: Halt
    attend: Attend
    hushing: Hushing
    retune: Retune
    adjust: Adjust

    @classmethod
    def over(cls, store: Store, clock: Clock, gate: Gate, quiet: Quiet, services: frozenset[str]) -> "Deeds":
        """All of them over one store; `services`: those that the config names."""
        return cls(
            Decide(store, clock, gate),
            Revoke(store, gate),
            Halt(store, clock, gate.policy),
            Attend(store, clock),
            Hushing(store, clock, quiet, services),
            Retune(store),
            Adjust(store, clock, gate.policy),
        )


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """The Desk port. `ring` wakes the steps that follow from a decision."""

    deeds: Deeds
    answer: Answer
    ask: Ask
    ring: Callable[[], None]

    async def click(self, click: Click) -> Reply:
        """Judges a click; a store that fails is an answer too. Its commit may have arrived: a replay finds out."""
        try:
            reply = await self._clicked(click)
        except StoreError as error:
            return Reply(f"nothing was decided, as far as is known: {error}; press again, that is safe", accepted=False)
        self.ring()
        return reply

    async def command(self, command: Command) -> Reply:
        """Answers words, and does what they ask for."""
        if command.private and command.person.identity not in self.deeds.halt.policy.everyone:
            return Reply("in private I answer only those who may approve: ask in the chat", accepted=False)
        try:
            command = await self._here(command)
            if command.words[:1] == ("ask",):
                return await self.ask(command)
            if not command.words or command.words[0] not in CHANGES:
                return await self.answer(command)
            reply = await self._said(command)
        except StoreError as error:
            return Reply(str(error), accepted=False)
        self.ring()
        return reply

    async def _here(self, command: Command) -> Command:
        """The command with the id of the incident in whose thread it was said, where it needs one and names none."""
        words = (command.words[0].lower(), *command.words[1:]) if command.words else ()
        said = replace(command, words=words)
        if not words or words[0] not in ABOUT_ONE or not command.thread:
            return said
        incident_id = await self.answer.about(command)
        named = len(words) > 1 and words[0] != "ask" and await self.answer.known(words[1])
        return said if named or not incident_id else replace(said, words=(words[0], incident_id, *words[1:]))

    async def _clicked(self, click: Click) -> Reply:
        deeds, subject = self.deeds, click.subject
        match click.verb:
            case "approve" | "stand" | "reject":
                return await deeds.decide(click)
            case "revoke":
                return await deeds.revoke(click)
            case "stop" | "go":
                return await deeds.halt(click.id, click.person, click.verb == "stop")
            case "ack" | "harmless" | "helpful" | "wrong":
                return await deeds.attend(click.id, click.person, click.verb, subject)
            case "silence":
                return await deeds.hushing.silence(click.id, click.person, subject, (click.digest,))
            case "unsilence":
                return await deeds.hushing.end(click.id, click.person, subject)
            case "retune" | "adjust":
                return await self._moved(click)

    async def _moved(self, click: Click) -> Reply:
        if click.verb == "retune":
            return await self.deeds.retune(click.id, click.person, click.subject)
        # A surface that can ask for the number does so instead.
        return Reply(f"How many replicas? Write: adjust {click.subject} 5", accepted=False)

    async def _said(self, command: Command) -> Reply:
        deeds, id_, person = self.deeds, command.id, command.person
        word, rest = command.words[0], command.words[1:]
        about = rest[0] if rest else ""
        match word:
            case "stop" | "go":
                return await deeds.halt(id_, person, word == "stop", " ".join(rest))
            case "reason":
                return await deeds.decide.reason(id_, person, about, " ".join(rest[1:]))
            case _ if not about:
                return Reply(f"{word} what? Write {word} and {'a service' if 'silence' in word else 'an id'}", False)
            case "ack" | "resolve" | "harmless" | "helpful" | "wrong":
                return await deeds.attend(id_, person, word, about)
            case "silence":
                return await deeds.hushing.silence(id_, person, about, rest[1:])
            case "unsilence":
                return await deeds.hushing.end(id_, person, about)
            case "adjust":
                return await deeds.adjust(id_, person, about, " ".join(rest[1:]))
            case _:
                return await deeds.retune(id_, person, about)
