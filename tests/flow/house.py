"""The whole flow on fakes: a shop with a call graph, two chats, one store, and a clock that tests move."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC

from actions.guard import Limits
from actions.model import State, Target
from bot.domain import filing, signals, verification
from bot.domain.dossier import Dossier
from bot.domain.hush import Quiet
from bot.domain.policy import Policy
from bot.domain.render import Renderer
from bot.domain.topology import Topology
from bot.flow.answer import Answer
from bot.flow.around import Around
from bot.flow.ask import Ask
from bot.flow.desk import Deeds, FrontDesk
from bot.flow.diagnose import Prompt
from bot.flow.digest import Digest
from bot.flow.execute import Execute
from bot.flow.fleet import Fleet
from bot.flow.gate import Gate
from bot.flow.investigate import Investigate
from bot.flow.learn import Learn
from bot.flow.manners import Manners
from bot.flow.offer import Offer
from bot.flow.publish import Publish
from bot.flow.recover import Recover
from bot.flow.stand import Stand
from bot.flow.tend import Tend
from bot.flow.verify import Verify
from bot.flow.watch import Scope, Watch
from bot.ports import Llm
from bot.store.store import SqlStore
from tests.fakes.actuator import FakeActuator
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.fakes.health import FakeHealth
from tests.fakes.source import FakeSource, Values

CALLS = {"storefront": ("checkout", "catalog"), "checkout": ("payments", "catalog")}
APPROVERS = frozenset({"slack:U1", "telegram:1001", "web:owner"})

ASKED = Prompt("{title} {state} {facts} {question}", {"properties": {"citations": {"items": {}}}})

Step = Callable[[], Awaitable[int]]


@dataclass
class House:
    """Everything that the story needs. `policy_`, `actuator_`: where those of a test's own are wanted."""

    store: SqlStore
    clock: FakeClock
    values: Values
    states: dict[str, State]
    policy_: Policy | None = None
    actuator_: FakeActuator | None = None
    llm: Llm | None = None
    source: FakeSource = field(init=False)

    def __post_init__(self) -> None:
        self.source = FakeSource(self.values)
        self.health = FakeHealth()
        self.actuator = self.actuator_ or FakeActuator(self.states)
        self.slack, self.telegram = FakeChat("slack"), FakeChat("telegram")
        store, clock = self.store, self.clock
        targets = {name: Target("fake", name) for name in self.states}
        topology = Topology(CALLS)
        limits = {name: Limits(cooldown=60) for name in self.states}
        self.fleet = Fleet(targets, {"fake": self.actuator}, topology)
        self.policy = self.policy_ or Policy(APPROVERS, expires_after=600, limits=limits)
        gate = Gate(self.policy, clock)
        renderer = Renderer(UTC)
        scope = Scope(filing.Rules(topology), signals.Rules(3, 4))
        self.watch = Watch(self.source, store, clock, scope, self.health)
        self.investigate = Investigate(store, clock, self.fleet)
        self.offer = Offer(store, clock, self.fleet, gate, calm=3.0)
        self.stand = Stand(store, clock, gate)
        self.manners = {chat.surface: Manners() for chat in (self.slack, self.telegram)}
        self.publish = [
            Publish(chat, store, clock, renderer, self.manners[chat.surface]) for chat in (self.slack, self.telegram)
        ]
        self.execute = Execute(store, clock, self.fleet, gate)
        rules = verification.Rules(after=5, within=60, stale=10)
        self.verify = Verify(store, clock, self.fleet, rules)
        self.learn = Learn(store, clock, within=60)
        self.recover = Recover(store, clock, self.fleet)
        self.tend = Tend(store, clock, quiet=20)
        around = Around(self.fleet, lambda: self.health.parts, filling=self.watch.filling)
        self.digest = Digest(store, clock, renderer, around)
        deeds = Deeds.over(store, clock, gate, Quiet(), frozenset(self.states))
        answer = Answer(store, clock, renderer, self.digest, around)
        self.desk = FrontDesk(
            deeds,
            answer,
            Ask(answer, self.llm, Prompt("{question} {facts}", {"properties": {"citations": {"items": {}}}})),
            lambda: None,
        )

    async def tick(self, seconds: int = 1, until: Callable[[], bool] = lambda: False) -> None:
        """Lets the time pass a second at a time with every step running, at most so long."""
        for _ in range(seconds):
            self.clock.advance(1)
            await self.watch()
            await self.steps()
            if until():
                return

    async def steps(self) -> None:
        """Every step behind watching, once, in order."""
        steps: list[Step] = [self.investigate, self.offer, self.stand, self.execute, self.verify, self.learn, self.tend]
        steps += self.publish
        for step in steps:
            await step()

    async def dossier(self) -> Dossier:
        """The one incident that there is."""
        async with self.store.read() as unit:
            (only,) = await unit.incidents.recent(10)
            found = await unit.incidents.dossier(only.id)
        assert found is not None
        return found
