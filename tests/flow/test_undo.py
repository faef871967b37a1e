"""An action that makes things worse is said to, and its undoing is what is offered next."""

from dataclasses import replace

from actions.model import Action, Plan
from bot.store.store import SqlStore
from tests.fakes.actuator import FakeActuator, state
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.flow.shop import SERVICES, Shop


class Reversible(FakeActuator):
    """Knows the way back of a roll-back."""

    async def plan(self, action: Action) -> Plan:
        plan = await super().plan(action)
        before = self.states[action.target.service].revision
        return replace(plan, inverse=replace(action, revision=before) if action.verb == "rollback" else None)


async def test_what_got_worse_is_offered_to_be_undone_at_once(store: SqlStore, clock: FakeClock) -> None:
    shop = Shop()
    states = {name: state("v1", at=clock.now() - 86_400) for name in SERVICES}
    house = House(store, clock, shop, states, actuator_=Reversible(states))
    await house.tick(40)
    house.actuator.states["payments"] = state("v1", "v2", at=clock.now())
    shop.sick = {"payments": (0.3, 0.0)}
    await house.tick(30, until=house.slack.offers)
    house.actuator.on_effect = lambda _action: shop.sick.update(payments=(0.3, 0.0), checkout=(0.9, 1.0))
    await house.slack.press(house.desk, "approve", "U1")
    await house.tick(
        90, until=lambda: any("Withdrawn" in one or "got worse" in one for one in house.slack.texts("slack-1"))
    )
    assert any(text.startswith("It got worse") for text in house.slack.texts("slack-1"))

    await house.tick(20, until=house.slack.offers)
    offered = house.slack.button("approve")
    assert offered.label == "Approve: roll back payments to v2"
    (section,) = [one for one in house.slack.roots["slack-1"].sections if one.heading.startswith("Undo")]
    assert section.lines[0] == "roll back payments to v1 made it worse: this undoes it"
