from tests.fakes.actuator import state
from tests.flow.house import House
from tests.unit.bot.flow.cases import say


async def test_the_running_versions_with_what_ran_before(house: House) -> None:
    house.actuator.states["payments"] = state("v1", "v2", at=house.clock.now() - 60)
    shown = (await say(house, "deploys")).card
    assert shown is not None
    lines = {line.partition(":")[0]: line for line in shown.sections[0].lines}
    assert "payments: v2 since 2027-01-15 07:59:00 UTC, before: v1; " in lines["payments"]
    assert set(lines) == set(house.states)


async def test_one_service_with_its_history_and_one_without_a_target(house: House) -> None:
    house.actuator.states["payments"] = state("v1", "v2", at=house.clock.now() - 60)
    one = await say(house, "deploys payments")
    assert one.text == "payments runs v2"
    assert one.card is not None
    assert [line.split(",")[0] for line in one.card.sections[0].lines] == ["v2", "v1"]
    none = await say(house, "deploys nothing")
    assert none.text.startswith("'nothing' has no target in the config; those that have: ")


async def test_a_target_that_does_not_answer_is_said(house: House) -> None:
    del house.actuator.states["payments"]
    shown = (await say(house, "deploys")).card
    assert shown is not None
    assert "payments: its target does not answer" in shown.sections[0].lines
