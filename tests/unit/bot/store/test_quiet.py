from bot.domain.silence import Silence
from bot.store.store import SqlStore
from tests.builders import T
from tests.fakes.clock import FakeClock


def silence(id_: str, given_at: float, until: float) -> Silence:
    return Silence(id_, ("checkout",), "slack:U1", "Ada (Slack)", given_at, until, "why\x00")


async def test_those_that_hold_are_listed_until_they_end(store: SqlStore, clock: FakeClock) -> None:
    async with store.unit() as unit:
        for one in (silence("b", T + 1, T + 100), silence("a", T, T + 200), silence("c", T, T - 1)):
            await unit.silences.give(one)
        assert [one.id for one in await unit.silences.valid()] == ["a", "b"]
        assert await unit.silences.end("a", "enough")
        assert not await unit.silences.end("a", "again")
    clock.advance(101)
    async with store.read() as unit:
        assert await unit.silences.valid() == []
