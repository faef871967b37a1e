import asyncio

from bot.domain.people import Answer
from bot.flow.once import Deed, once, refused
from bot.ports.store import Unit
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import PEOPLE


async def test_what_is_asked_twice_at_once_is_done_once(house: House) -> None:
    done: list[int] = []

    async def work(unit: Unit) -> Deed:
        await unit.now()
        done.append(1)
        return Deed("ack", "i1", Answer("done"))

    answers = await asyncio.gather(*(once(house.store, "c1", PEOPLE[0], work) for _ in range(5)))
    assert (len(done), set(answers)) == (1, {Answer("done")})
    assert (await trail(house.store)).deeds == ["ack"]


async def test_a_refusal_is_audited_as_one(house: House) -> None:
    async def work(unit: Unit) -> Deed:
        await unit.now()
        return Deed("ack", "i" * 90, refused("no"))

    assert await once(house.store, "c1", PEOPLE[0], work) == Answer("no", accepted=False)
    assert (await trail(house.store)).rows == [(PEOPLE[0].identity, "refuse", "i" * 40)]
