from bot.domain.incident import Ack
from bot.domain.routing import Routing, Rung
from bot.flow.remind import Remind
from tests import builders as make
from tests.builders import T
from tests.flow.house import House
from tests.unit.bot.flow.cases import INCIDENT, events, saved, say

ROUTING = Routing(rungs=(Rung(600), Rung(1200, "Grace", {"slack": "U2"})))


async def test_nobody_looks_so_it_is_reminded_of_and_then_passed_on_once(house: House) -> None:
    remind = Remind(house.store, house.clock, ROUTING)
    house.manners["slack"].routing = ROUTING
    await saved(house.store, make.incident(opened_at=T))
    assert await remind() == 0
    house.clock.advance(601)
    assert [await remind(), await remind()] == [1, 0]
    house.clock.advance(600)
    assert [await remind(), await remind()] == [1, 0]
    assert await events(house, "reminded") == [
        "Nobody has looked after this for 10 min", "Nobody has looked after this for 20 min: telling Grace",
    ]  # fmt: skip
    for _ in range(2):
        for publish in house.publish:
            await publish()
    assert house.slack.texts("slack-1") == house.telegram.texts("telegram-1") == await events(house, "reminded")
    assert house.slack.places == {"slack-1": "", "slack-2": "U2"}
    assert house.slack.roots["slack-2"].title == "payments: errors · open"
    assert list(house.telegram.places) == ["telegram-1"]


async def test_rungs_that_were_missed_are_climbed_in_one_go_with_one_reminder(house: House) -> None:
    rungs = (*ROUTING.rungs, Rung(1800, "Lin", {"slack": "U3"}))
    await saved(house.store, make.incident(opened_at=T))
    house.clock.advance(3600)
    remind = Remind(house.store, house.clock, Routing(rungs=rungs))
    assert [await remind(), await remind()] == [1, 0]
    assert await events(house, "reminded") == ["Nobody has looked after this for 60 min: telling Grace and Lin"]
    assert len(await events(house, "escalated")) == 2


async def test_who_acknowledges_ends_it_and_a_silence_holds_it_back(house: House) -> None:
    remind = Remind(house.store, house.clock, ROUTING)
    await saved(house.store, make.incident(opened_at=T))
    house.clock.advance(601)
    await say(house, "silence payments 1h")
    assert await remind() == 0
    await say(house, "unsilence payments")
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        await unit.incidents.save(make.incident(opened_at=T, ack=Ack("slack:U1", "Ada", T)))
    assert await remind() == 0


async def test_without_rungs_nothing_is_asked(house: House) -> None:
    await saved(house.store, make.incident(opened_at=T))
    house.clock.advance(10_000)
    assert await Remind(house.store, house.clock, Routing())() == 0
