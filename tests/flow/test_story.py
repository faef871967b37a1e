"""The main job as a story: fault, one thread in each place, approve in Telegram, one execution, verified, learned."""

import pytest

from bot.store.store import SqlStore
from tests.fakes.actuator import state
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.flow.shop import SERVICES, Shop

BAD_VERSION = {"payments": (0.35, 0.3), "checkout": (0.33, 0.3), "storefront": (0.2, 0.25)}


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def house(store: SqlStore, clock: FakeClock, shop: Shop) -> House:
    states = {name: state("v1", at=clock.now() - 86_400) for name in SERVICES}
    return House(store, clock, shop, states)


async def test_a_bad_deployment_from_fault_to_lesson(house: House, shop: Shop) -> None:
    await house.tick(40)
    assert house.slack.roots == {}

    house.actuator.states["payments"] = state("v1", "v2", at=house.clock.now())
    shop.sick = dict(BAD_VERSION)
    await house.tick(30, until=house.slack.offers)

    assert len(house.slack.roots) == len(house.telegram.roots) == 1
    (root,) = house.slack.roots.values()
    assert root == house.telegram.roots["telegram-1"]
    assert root.title.startswith("payments: errors 3")
    cause = next(section for section in root.sections if section.heading == "Probable cause")
    assert "deployment of payments" in cause.lines[0]
    assert [button.label for button in root.buttons if button.group[1] == "decide"] == [
        "Approve: roll back payments to v1",
        "Approve every rollback of payments until 08:00",
        "Reject",
    ]
    assert house.actuator.effects == []

    house.actuator.on_effect = lambda _action: shop.sick.clear()
    answer = await house.telegram.press(house.desk, "approve", "1001")
    assert answer.accepted
    await house.tick(1)
    assert not house.slack.offers()
    assert "Approved by 1001 (Telegram)" in house.slack.texts("slack-1")
    assert [action.revision for _, action in house.actuator.effects] == ["v1"]

    late = await house.slack.press(house.desk, "approve", "U1", button=root.buttons[0])
    assert not late.accepted
    assert "already approved by 1001 (Telegram)" in late.text

    await house.tick(60, until=lambda: house.slack.roots["slack-1"].tone == "good")
    dossier = await house.dossier()
    assert dossier.incident.state == "resolved"
    assert len(house.actuator.effects) == 1
    (outcome,) = dossier.outcomes
    assert (outcome.result, outcome.verb, outcome.service) == ("recovered", "rollback", "payments")
    errors = next(one for one in outcome.measures if one.service == "payments" and one.title == "errors")
    assert errors.before > 0.25
    assert errors.after == pytest.approx(0.0, abs=0.02)

    await house.tick(1)
    lessons = [event.text for event in (await house.dossier()).events if event.kind == "learned"]
    assert lessons == [f"Learned: rollback for {outcome.signature} helped 1 of 1 times (few data)"]


@pytest.mark.slow
@pytest.mark.parametrize("store_kind", ["sqlite"], indirect=True)  # what is written is nothing, wherever
async def test_a_calm_shop_opens_nothing(house: House) -> None:
    await house.tick(400)
    assert house.slack.roots == {}
