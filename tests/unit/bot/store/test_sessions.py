from bot.store.store import SqlStore
from tests.fakes.clock import FakeClock


async def test_a_session_lasts_as_long_as_it_was_opened_for(store: SqlStore, clock: FakeClock) -> None:
    async with store.unit() as unit:
        await unit.sessions.open("a" * 64, "web:owner", "Owner", 60.0)
        assert await unit.sessions.who("a" * 64) == ("web:owner", "Owner")
        assert await unit.sessions.who("b" * 64) is None
    for seconds, known in ((59.999, True), (0.001, False)):
        clock.advance(seconds)
        async with store.read() as unit:
            assert (await unit.sessions.who("a" * 64) is not None) is known


async def test_the_same_session_can_be_prolonged(store: SqlStore, clock: FakeClock) -> None:
    async with store.unit() as unit:
        await unit.sessions.open("a" * 64, "web:owner", "Owner", 60.0)
    clock.advance(30)
    async with store.unit() as unit:
        await unit.sessions.open("a" * 64, "web:owner", "Owner", 60.0)
    clock.advance(59)
    async with store.read() as unit:
        assert await unit.sessions.who("a" * 64) is not None
