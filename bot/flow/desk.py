"""The way in: clicks and words go to the use case that they are for, and the others wake up at once."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.errors import StoreError
from bot.domain.people import Answer as Reply
from bot.domain.people import Click, Command
from bot.flow.answer import Answer
from bot.flow.decide import Decide
from bot.flow.halt import Halt
from bot.flow.stand import Revoke


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """The Desk port. `ring` wakes the steps that follow from a decision."""

    decide: Decide
    revoke: Revoke
    halt: Halt
    answer: Answer
    ring: Callable[[], None]

    async def click(self, click: Click) -> Reply:
        """Judges a click; a store that fails is an answer too. Its commit may have arrived: a replay finds out."""
        try:
            reply = await self._decided(click)
        except StoreError as error:
            return Reply(f"nothing was decided, as far as is known: {error}; press again, that is safe", accepted=False)
        self.ring()
        return reply

    async def command(self, command: Command) -> Reply:
        """Answers words; `stop` and `go` turn the switch."""
        words = command.words or ("help",)
        if command.private and command.person.identity not in self.halt.policy.everyone:
            return Reply("in private I answer only those who may approve: ask in the chat", accepted=False)
        try:
            if words[0].lower() not in {"stop", "go"}:
                return await self.answer(command)
            reply = await self.halt(command.id, command.person, words[0].lower() == "stop", " ".join(words[1:]))
        except StoreError as error:
            return Reply(str(error), accepted=False)
        self.ring()
        return reply

    async def _decided(self, click: Click) -> Reply:
        match click.verb:
            case "approve" | "stand" | "reject":
                return await self.decide(click)
            case "revoke":
                return await self.revoke(click)
            case "stop" | "go":
                return await self.halt(click.id, click.person, click.verb == "stop")
