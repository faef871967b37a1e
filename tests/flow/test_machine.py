"""No order of clicks, crashes, clock steps, changes of the config and drift breaks the invariants G1 to G3.

The machine knows nothing of how Steward decides: it looks at what the target did, and at the rows.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from actions.model import Action
from bot.domain.approval import token
from bot.domain.card import Verb
from bot.domain.people import Answer, Click, Command, Person
from bot.domain.policy import Policy
from bot.domain.proposals import Proposal
from bot.store import migrate
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T
from tests.fakes.actuator import Crash, FakeActuator, state
from tests.fakes.clock import FakeClock
from tests.flow.house import House, Step
from tests.flow.machine_parts import FROZEN, MEMORY, PEOPLE, POLICIES, SERVICES, USUAL, Effect, behind, tally
from tests.flow.shop import Shop

pytestmark = pytest.mark.slow

T_ = TypeVar("T_")


class Machine(RuleBasedStateMachine):
    """A house that is rebuilt on the same rows whenever the process "dies" or the config changes."""

    migrated: ClassVar[Path | None] = None

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        if Machine.migrated is None or not Machine.migrated.exists():
            Machine.migrated = Path(tempfile.gettempdir()) / f"{self.folder.name}-migrated.db"
            self._do(migrate.upgrade(f"sqlite:///{Machine.migrated}"))
        shutil.copy(Machine.migrated, self.folder / "steward.db")
        self.store_clock, self.wall = FakeClock(), FakeClock(T + 7200)
        self.store = SqlStore(f"sqlite:///{self.folder}/steward.db", self.store_clock.now)
        self.actuator = FakeActuator({name: state("v1", "v2", at=T - 60) for name in SERVICES})
        self.actuator.on_effect = self._note
        self.effects: list[Effect] = []
        self.moment: str | None = None
        self.actuator.on_run = self._die
        self.buttons, self.stopped = list[Proposal](), False
        self.clicks = self.incidents = 0
        self.policy = USUAL
        self._restart()

    def teardown(self) -> None:
        self._do(self.store.close())
        self.loop.close()
        shutil.rmtree(self.folder)

    def trouble(self, service: str, cause: str) -> None:
        """Another incident whose cause is known."""
        self.incidents += 1
        incident = make.incident(
            make.signal(service),
            id=f"i{self.incidents}",
            due=frozenset({"offer"}),
            suspects=(make.suspect(service=service, cause=cause),),
            updated_at=self.wall.now(),
        )
        self._do(self._save(incident))
        self.look()

    def look(self) -> None:
        """What is offered is held against the world once more."""

        async def again() -> None:
            async with self.store.unit() as unit:
                for one in await unit.incidents.live(0.0):
                    if one.state == "open":
                        await unit.incidents.save(replace(one, due=one.due | {"offer"}))
            self.wall.advance(40)
            await self.house.offer()
            async with self.store.read() as unit:
                self.buttons += await unit.ledger.pending()

        self._do(again())

    @precondition(lambda self: self.buttons)
    @rule(
        back=st.sampled_from([0, 0, 0, 1, 2, 5]),
        who=st.sampled_from((*PEOPLE[:4], *PEOPLE)),
        verb=st.sampled_from(["approve", "approve", "approve", "stand", "reject"]),
        forged=st.sampled_from([False] * 7 + [True]),
        twice=st.booleans(),
    )
    def click(self, back: int, who: Person, verb: Verb, forged: bool, twice: bool) -> None:
        """A press of one of the newest buttons, some of them old by now; sometimes delivered twice."""
        button = self.buttons[-1 - back % len(self.buttons)]
        self.clicks += 1
        digest = "0" * 32 if forged else token(button.digest)
        click = Click(f"click-{self.clicks}", who, verb, button.id, digest)
        answers = [self._do(self.house.desk.click(click)) for _ in range(1 + twice)]
        assert len({(one.text, one.accepted) for one in answers}) == 1

    @rule(
        service=st.sampled_from(SERVICES),
        cause=st.sampled_from(["fault", "deployment"]),
        who=st.sampled_from(PEOPLE[:4]),
        verb=st.sampled_from(["approve", "stand"]),
        between=st.sampled_from(["", "", "", "drift", "stop", "policy", "expiry", "revoke", "rest", "rest"]),
        moment=st.sampled_from([None, None, "before", "after"]),
    )
    def all_the_way(self, service: str, cause: str, who: Person, verb: Verb, between: str, moment: str | None) -> None:
        """From trouble to a run, with one thing that may come between the yes and the run."""
        self.time_passes(61.0)
        self._do(self.house.recover())
        if self.stopped:
            self.switch(False, PEOPLE[3])
        self.trouble(service, cause)
        if not self.buttons:
            return
        self.click(0, who, verb, forged=False, twice=False)
        meanwhile: dict[str, Callable[[], None]] = {
            "drift": lambda: self.the_target_drifts(service),
            "stop": lambda: self.switch(True, who),
            "policy": lambda: self.the_config_changes(POLICIES[1]),
            "expiry": lambda: self.time_passes(600.0),
            "revoke": lambda: self.revoke(who),
        }
        meanwhile.get(between, lambda: None)()
        if between != "rest":
            self.execute(moment)

    def revoke(self, who: Person) -> None:
        """Every standing approval is taken back."""

        async def ended() -> None:
            async with self.store.read() as unit:
                given = await unit.standings.valid()
            for one in given:
                self.clicks += 1
                await self.house.desk.click(Click(f"click-{self.clicks}", who, "revoke", one.id, ""))

        self._do(ended())

    @rule(stop=st.sampled_from([True, False, False]), who=st.sampled_from(PEOPLE[2:]))
    def switch(self, stop: bool, who: Person) -> None:
        self.clicks += 1
        words = ("stop", "a drill") if stop else ("go",)
        answer: Answer = self._do(self.house.desk.command(Command(f"click-{self.clicks}", who, words)))
        if who.identity not in self.policy.everyone:
            assert not answer.accepted
        else:
            self.stopped = stop

    @rule(moment=st.sampled_from([None, None, "before", "after"]))
    def execute(self, moment: str | None) -> None:
        """Runs what is queued; the process may die right before or after the effect."""
        self.moment = moment
        try:
            self._do(self.house.execute())
        except Crash:
            self._restart()
        finally:
            self.moment = None

    @rule(step=st.sampled_from(["stand", "recover", "verify", "verify", "tend", "look"]), healthy=st.booleans())
    def work(self, step: str, healthy: bool) -> None:
        """One of the other steps."""
        match step:
            case "verify":
                self.verify(healthy)
            case "look":
                self.look()
            case _:
                steps: dict[str, Step] = {
                    "stand": self.house.stand,
                    "recover": self.house.recover,
                    "tend": self.house.tend,
                }
                self._do(self._awaited(steps[step]))

    def verify(self, healthy: bool) -> None:
        """The signals clear, or not, and the time for a verdict is over."""

        async def judged() -> None:
            async with self.store.unit() as unit:
                for one in await unit.incidents.live(0.0):
                    if one.state == "verifying" and healthy:
                        calm = {key: replace(each, firing=False) for key, each in one.signals.items()}
                        await unit.incidents.save(replace(one, signals=calm))
            await self.house.verify()
            await self.house.learn()

        self._do(judged())

    @rule(seconds=st.sampled_from([1.0, 31.0, 31.0, 60.0, 60.0, 599.0, 30_000.0]))
    def time_passes(self, seconds: float) -> None:
        self.store_clock.advance(seconds)
        self.wall.advance(seconds)

    @rule(seconds=st.sampled_from([-3600.0, 3600.0]))
    def the_wall_clock_steps(self, seconds: float) -> None:
        self.wall.advance(seconds)

    @rule(policy=st.sampled_from((USUAL, USUAL, USUAL, *POLICIES)))
    def the_config_changes(self, policy: Policy) -> None:
        """Which takes a restart."""
        self.policy = policy
        self._restart()

    @rule(service=st.sampled_from(SERVICES))
    def the_target_drifts(self, service: str) -> None:
        here = self.actuator.states[service]
        self.actuator.states[service] = replace(here, version=f"{here.version}'")

    @invariant()
    def an_action_has_its_effect_at_most_once(self) -> None:
        """G1."""
        counts = Counter(effect.execution_id for effect in getattr(self, "effects", ()))
        assert all(count == 1 for count in counts.values())

    @invariant()
    def no_effect_without_an_authorised_unexpired_approval_of_this_plan(self) -> None:
        """G2, judged by what held when the target acted."""
        for effect in getattr(self, "effects", ()):
            proposal, execution = self._do(behind(self.store, effect.execution_id))
            assert execution.proposal_id == proposal.id
            assert (proposal.state, proposal.plan.action, proposal.plan.version) == (
                "approved", effect.action, effect.version,
            )  # fmt: skip
            terms = effect.policy.terms(effect.action)
            people = {yes.identity for yes in proposal.approvals}
            assert people <= terms.approvers
            assert len(people) >= terms.needed
            assert effect.at < proposal.expires_at
            assert proposal.digest == effect.policy.seal(proposal.plan)
            assert not effect.stopped
            assert effect.policy.calendar != FROZEN

    @invariant()
    def every_move_has_one_audit_row_and_one_fact_and_the_chain_holds(self) -> None:
        """G3."""
        if not hasattr(self, "store"):
            return
        deeds, facts, states, runs, used = self._do(tally(self.store))
        assert states["approved"] == deeds["approve"] == facts["approved"]
        assert sum(states.values()) == deeds["propose"] == facts["proposed"]
        assert states["void"] == deeds["void"] == facts["withdrawn"]
        assert states["expired"] == deeds["expire"] == facts["expired"]
        assert states["rejected"] == deeds["reject"] == facts["rejected"]
        assert sum(runs.values()) == states["approved"]
        assert sum(runs.values()) - runs["queued"] == deeds["begin"] == facts["executing"]
        assert (runs["done"], runs["done"]) == (deeds["done"], facts["executed"])
        assert (runs["failed"], runs["unknown"]) == (deeds["failed"], deeds["unknown"])
        assert used == facts["in advance"]

    async def _save(self, incident: Any) -> None:
        async with self.store.unit() as unit:
            await unit.incidents.save(incident, make.event(incident_id=incident.id))

    async def _awaited(self, step: Step) -> int:
        return await step()

    def _restart(self) -> None:
        """A new process on the same rows and targets."""
        self.house = House(self.store, self.wall, Shop(), self.actuator.states, self.policy, self.actuator)

    def _note(self, action: Action) -> None:
        execution_id, _ = self.actuator.effects[-1]
        # The fake has put a + behind the version that it acted on.
        version, now = self.actuator.states[action.target.service].version.removesuffix("+"), self.store_clock.now()
        self.effects.append(Effect(execution_id, action, self.policy, now, self.stopped, version))

    def _die(self, moment: str) -> None:
        if moment == self.moment:
            raise Crash

    def _do(self, work: Coroutine[Any, Any, T_]) -> T_:
        return self.loop.run_until_complete(work)


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestMachine = Machine.TestCase
