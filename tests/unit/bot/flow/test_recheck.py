from dataclasses import replace

from tests.flow.house import House
from tests.unit.bot.flow.cases import click, look_again, offered, proposals


async def told(house: House) -> list[str]:
    return [event.text for event in (await house.dossier()).events]


async def test_what_still_fits_is_kept_and_nobody_is_told(house: House) -> None:
    proposal = await offered(house)
    before, version = await told(house), (await house.dossier()).incident.version
    await look_again(house)
    assert await proposals(house) == [proposal]
    assert await told(house) == before
    assert (await house.dossier()).incident.version == version


async def test_a_target_that_moved_on_voids_the_button_and_gets_a_new_one(house: House) -> None:
    old = await offered(house)
    house.actuator.states["payments"] = replace(house.actuator.states["payments"], version="moved")
    await look_again(house)
    assert [one.id for one in await proposals(house, "void")] == [old.id]
    (new,) = await proposals(house, "pending")
    assert new.plan.version == "moved"
    assert any("the target, the cause or the rules have changed" in text for text in await told(house))
    assert not (await house.desk.click(click(old))).accepted
    assert (await house.desk.click(click(new))).accepted


async def test_a_target_that_does_not_answer_leaves_the_offer_as_it_is(house: House) -> None:
    old = await offered(house)
    del house.actuator.states["payments"]
    await look_again(house)
    assert [one.id for one in await proposals(house, "pending")] == [old.id]
