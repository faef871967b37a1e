import asyncio

from bot.runtime.bell import Bell


async def test_a_ring_wakes_everybody_who_waits() -> None:
    bell = Bell()
    waiting = [asyncio.ensure_future(bell.wait(60)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    assert await asyncio.gather(*waiting) == [True, True, True]


async def test_without_a_ring_waiting_ends_by_itself() -> None:
    assert not await Bell().wait(0)


async def test_a_ring_is_heard_once() -> None:
    bell = Bell()
    bell.ring()
    assert not await bell.wait(0)


async def test_who_listened_before_looking_misses_no_ring() -> None:
    bell = Bell()
    heard = bell.listen()
    bell.ring()
    assert await bell.wait(60, heard)
