from bot.flow.prune import DAY, Prune
from tests import builders as make
from tests.builders import T
from tests.flow.house import House
from tests.unit.bot.flow.cases import saved


async def test_what_is_old_goes_and_the_rest_stays(house: House) -> None:
    now = house.clock.now()
    for name, age in (("old", 31 * DAY), ("young", 29 * DAY)):
        await saved(house.store, make.incident(id=name, state="resolved", updated_at=now - age))
        async with house.store.unit() as unit:
            await unit.telemetry.draw(name, [make.chart(course=make.points([0.1, 0.2]))])
    assert await Prune(house.store)() == 3
    assert await Prune(house.store)() == 0
    async with house.store.read() as unit:
        assert await unit.telemetry.charts("old") == []
        (chart,) = await unit.telemetry.charts("young")
        assert len(chart.points) == 2
        assert len(await unit.incidents.recent(10)) == 2
        assert len(await unit.incidents.events("old")) == 1
    assert now == T
