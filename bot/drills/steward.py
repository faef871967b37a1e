"""A Steward as `bot.app` composes it, over a store and a target that tell a drill where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from actions.model import Actuator
from bot.app import compose
from bot.assembly import assemble
from bot.config.policy import policy
from bot.config.secrets import Secrets
from bot.domain.approval import token
from bot.domain.card import Verb
from bot.domain.errors import StewardError
from bot.domain.people import Answer, Click, Person
from bot.domain.policy import Policy
from bot.domain.proposals import Proposal
from bot.drills.fate import Hook, WatchedActuator, WatchedStore, pass_by
from bot.drills.notebook import Notebook
from bot.drills.place import Place
from bot.flow.recheck import Recheck
from bot.runtime.clock import SystemClock
from bot.runtime.health import Board


class ShiftedClock(SystemClock):
    """A wall clock that is so many seconds off."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> float:
        """Epoch seconds, wrong."""
        return super().now() + self._seconds


@dataclass(frozen=True, slots=True)
class Setup:
    """How a Steward differs from a plain one.

    hook: is called around its commits and effects. over: changes of its config, by section.
    shift: seconds that its wall clock is off. ahead: seconds that the store's clock is ahead, for it alone.
    now: the store's clock for it, standing still. pragmas: settings of its SQLite connections.
    """

    hook: Hook = pass_by
    over: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    shift: float = 0.0
    ahead: float = 0.0
    now: float | None = None
    pragmas: Sequence[str] = ()


class Steward:
    """One Steward whose steps a drill calls by name. Close it in the end."""

    def __init__(self, place: Place, setup: Setup | None = None) -> None:
        made = setup or Setup()
        config = place.config(made.over)
        parts = assemble(config, Secrets({}), ShiftedClock(made.shift))
        self.policy: Policy = policy(config)
        self.clock = parts.clock
        self.store = WatchedStore(place.store, made.hook, _clock(made), made.pragmas)
        fleet = replace(parts.fleet, actuators={"process": cast("Actuator", WatchedActuator(made.hook))})
        chats = (Notebook(place.notebook),)
        self._unused = parts.store
        self.bot = compose(replace(parts, store=self.store, fleet=fleet, chats=chats), Board())
        self._steps = {step.part: step.call for step in self.bot.steps} | {"recheck": Recheck(self.store)}

    async def steps(self, *names: str) -> int:
        """Calls these steps in this order; gives how much they did.

        Raises:
            StewardError: as the steps do.
        """
        return sum([await self._steps[name]() for name in names])

    async def click(self, proposal: Proposal, person: Person, verb: Verb = "approve", digest: str = "") -> Answer:
        """One person presses a button of a proposal. The same press again is a replay."""
        id_ = f"{person.identity}:{proposal.id}:{verb}"
        return await self.bot.desk.click(Click(id_, person, verb, proposal.id, digest or token(proposal.digest)))

    async def proposals(self, *states: str) -> list[Proposal]:
        """The proposals in these states, of all incidents, the oldest first."""
        async with self.store.read() as unit:
            found = [
                one
                for incident in await unit.incidents.recent(100)
                for one in await unit.ledger.of_incident(incident.id)
            ]
        return sorted((one for one in found if one.state in states), key=lambda one: one.created_at)

    async def offered(self) -> Proposal:
        """Lets it offer something, and gives that.

        Raises:
            StewardError: nothing was offered.
        """
        await self.steps("offer")
        pending = await self.proposals("pending")
        if not pending:
            raise StewardError("nothing was offered")
        return pending[-1]

    async def approved(self, person: Person) -> Proposal:
        """Lets it offer something, and a person approve that.

        Raises:
            StewardError: nothing was offered, or the click was refused.
        """
        proposal = await self.offered()
        answer = await self.click(proposal, person)
        if not answer.accepted:
            raise StewardError(f"the click was refused: {answer.text}")
        return proposal

    async def close(self) -> None:
        """Frees connections."""
        await self._unused.close()
        await self.bot.parts.close()


def _clock(setup: Setup) -> Any:
    if setup.now is not None:
        return lambda: setup.now
    if setup.ahead:
        return lambda: SystemClock().now() + setup.ahead
    return None
