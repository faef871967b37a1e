"""What the tests of Slack's adapter share: a card, a desk that can be held, and an adapter at a fast pace."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.chat.slack import Pace, Slack, SlackOptions
from bot.domain.card import Button, Card, Section
from bot.domain.people import Answer, Click, Command
from bot.ports import Chat
from bot.runtime.tasks import spawn
from tests.standins.slack import SlackStandin

FAST = Pace(ping=0.2, connect=2.0, answer=2.0, first_wait=0.01, longest_wait=0.05, drain=1.0)
CARD = Card(
    "critical",
    "payments fails",
    (Section("Why", ("errors at 40% <!here>",)),),
    (Button("approve", "Roll back", "p1", "d1"), Button("reject", "No", "p1", "d1")),
)


class FakeDesk:
    """Keeps what came in; answers when `open` is set, or fails with `error`."""

    def __init__(self) -> None:
        self.clicks: list[Click] = []
        self.commands: list[Command] = []
        self.error: Exception | None = None
        self.card = Card("good", "Status", (Section("Open", ("none",)),))
        self.accepts = True
        self.replies: dict[str, Answer] = {}  # by the first word
        self.reached = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()

    async def click(self, click: Click) -> Answer:
        self.clicks.append(click)
        self.reached.set()
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return Answer(f"{click.verb}: noted", accepted=self.accepts)

    async def command(self, command: Command) -> Answer:
        self.commands.append(command)
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return self.replies.get(" ".join(command.words[:1]), Answer("all calm <3", card=self.card))


def make(slack: SlackStandin, bot_token: str = "", app_token: str = "", pace: Pace = FAST) -> Slack:
    options = SlackOptions(channel=slack.channel, api_url=slack.api_url)
    return Slack(options, bot_token or slack.bot_token, app_token or slack.app_token, pace)


@asynccontextmanager
async def listening(chat: Chat, desk: FakeDesk) -> AsyncIterator[None]:
    task = spawn("listen", chat.listen(desk))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled(), task.exception()


async def until(condition: Callable[[], bool]) -> None:
    """Lets everything else run until the condition holds."""
    async with asyncio.timeout(5):
        for _ in itertools.takewhile(lambda _: not condition(), itertools.count()):
            await asyncio.sleep(0)
