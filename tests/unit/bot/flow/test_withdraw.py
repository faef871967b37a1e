from bot.flow.withdraw import withdraw
from tests.builders import T
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import INCIDENT, approved, offered, proposals


async def test_what_fits_is_kept_and_the_rest_is_void(house: House) -> None:
    pending = await offered(house)
    async with house.store.unit() as unit:
        kept = await withdraw(unit, INCIDENT, "why not", T, {pending.digest, "another"})
    assert kept == ({pending.digest}, [])
    assert [one.state for one in await proposals(house)] == ["pending"]
    async with house.store.unit() as unit:
        none, (fact,) = await withdraw(unit, INCIDENT, "why not", T)
    assert none == set()
    assert (fact.kind, fact.text, fact.at) == ("withdrawn", "Withdrawn: roll back payments to v1; why not", T)
    assert [one.state for one in await proposals(house)] == ["void"]
    assert (await trail(house.store)).rows[-1] == ("steward", "void", pending.id)


async def test_what_was_decided_stays_decided(house: House) -> None:
    await approved(house)
    async with house.store.unit() as unit:
        assert await withdraw(unit, INCIDENT, "why not", T) == (set(), [])
    assert [one.state for one in await proposals(house)] == ["approved"]
    assert (await trail(house.store)).deeds == ["propose", "approve"]
