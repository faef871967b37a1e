from dataclasses import replace

from bot.domain.hush import Quiet
from bot.domain.people import Command
from bot.flow.desk import Deeds, FrontDesk
from bot.store.store import SqlStore
from tests.flow.house import CALLS, House
from tests.unit.bot.flow.cases import PEOPLE, click, offered


def desk_on(house: House, store: SqlStore, rung: list[int]) -> FrontDesk:
    own = house.desk
    deeds = Deeds.over(store, house.clock, own.deeds.decide.gate, Quiet(), frozenset(CALLS))
    return FrontDesk(deeds, replace(own.answer, store=store), own.ask, lambda: rung.append(1))


async def test_a_click_is_durable_before_the_others_wake_up(house: House, rival: SqlStore) -> None:
    proposal = await offered(house)
    rung: list[int] = []
    desk = desk_on(house, rival, rung)
    assert (await desk.click(click(proposal))).accepted
    assert rung == [1]
    assert [one.state for one in (await house.dossier()).executions] == ["queued"]


async def test_a_store_that_fails_is_an_answer_and_nothing_is_decided(house: House) -> None:
    proposal = await offered(house)
    rung: list[int] = []
    nowhere = SqlStore("sqlite:////no/such/folder/steward.db")
    desk = desk_on(house, nowhere, rung)
    answer = await desk.click(click(proposal))
    assert not answer.accepted
    assert answer.text.startswith("nothing was decided, as far as is known: the store at ")
    assert rung == []
    told = await desk.command(Command("c1", PEOPLE[0], ("status",)))
    assert not told.accepted
    assert "unable to open database file" in told.text
    await nowhere.close()
