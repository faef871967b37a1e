"""A desk that notes what it is handed, for tests of a chat surface alone."""

from collections import deque

from bot.domain.errors import StewardError
from bot.domain.people import Answer, Click, Command


class NotingDesk:
    """Keeps clicks and commands in order; `answers` are given one by one, then a plain yes."""

    def __init__(self) -> None:
        self.clicks: list[Click] = []
        self.commands: list[Command] = []
        self.answers: deque[Answer | Exception] = deque()

    async def click(self, click: Click) -> Answer:
        """Notes a click."""
        self.clicks.append(click)
        return self._answer("Approved")

    async def command(self, command: Command) -> Answer:
        """Notes a command."""
        self.commands.append(command)
        return self._answer("All is calm")

    def _answer(self, text: str) -> Answer:
        answer = self.answers.popleft() if self.answers else Answer(text)
        if isinstance(answer, Answer):
            return answer
        raise answer


LOCKED = StewardError("the store is locked: nothing was decided, try again")
