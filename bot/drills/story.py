"""The whole way of an action, as a process goes it from wherever the rows say that it is."""

from bot.drills.fate import Points
from bot.drills.place import ADA
from bot.drills.sandbox import Target
from bot.drills.steward import Steward
from bot.drills.trial import heal
from bot.store.store import SqlStore

TURNS = 2
"""A run that was cut off before its effect is offered and approved once more."""


class Story:
    """One Steward and one person who approves what is offered, from the offer to the lesson."""

    def __init__(self, steward: Steward, points: Points, target: Target, stage: SqlStore) -> None:
        self._steward = steward
        self._points = points
        self._target = target
        self._stage = stage
        self.answers: dict[str, list[str]] = {}

    async def play(self) -> None:
        """Goes on until the trouble is over; what was done before is not done again."""
        for _ in range(TURNS):
            await self._steps("recover", "offer", "notebook")
            await self._click("pending", "approved")
            await self._steps("execute", "notebook")
            if await self._done():
                break
        else:
            return  # somebody else has the run
        await self._target.settled()
        await heal(self._stage)
        await self._steps("verify", "learn", "notebook")
        await self._click("approved")

    async def _steps(self, *names: str) -> None:
        for name in names:
            self._points.step = name
            await self._steward.steps(name)

    async def _click(self, *states: str) -> None:
        """Presses Approve on everything offered; on what was approved already that is a replay."""
        self._points.step = "click"
        for proposal in await self._steward.proposals(*states):
            answer = await self._steward.click(proposal, ADA)
            self.answers.setdefault(proposal.id, []).append(answer.text)

    async def _done(self) -> bool:
        async with self._stage.read() as unit:
            return any(one.state == "done" for one, _ in await unit.ledger.executed_since(0.0))
