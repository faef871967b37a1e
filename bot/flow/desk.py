"""The way in: clicks go to Decide, words to Answer, and the others wake up at once."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.errors import StoreError
from bot.domain.people import Answer as Reply
from bot.domain.people import Click, Command
from bot.flow.answer import Answer
from bot.flow.decide import Decide


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """The Desk port. `ring` wakes the steps that follow from a decision."""

    decide: Decide
    answer: Answer
    ring: Callable[[], None]

    async def click(self, click: Click) -> Reply:
        """Judges a click; a store that fails is an answer too, and then nothing was decided."""
        try:
            reply = await self.decide(click)
        except StoreError as error:
            return Reply(f"nothing was decided: {error}", accepted=False)
        self.ring()
        return reply

    async def command(self, command: Command) -> Reply:
        """Answers words."""
        try:
            return await self.answer(command)
        except StoreError as error:
            return Reply(str(error), accepted=False)
