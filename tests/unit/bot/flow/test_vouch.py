from bot.domain.errors import ChatError
from bot.flow.vouch import PATIENCE, Vouch
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock


def titles(chat: FakeChat) -> list[str]:
    return [card.title for card in chat.roots.values()]


async def test_an_outage_is_told_on_the_others_once_and_so_is_its_end(clock: FakeClock) -> None:
    slack, telegram, troubles = FakeChat("slack"), FakeChat("telegram"), {"slack": "invalid_auth"}
    vouch = Vouch((slack, telegram), clock, lambda: troubles)
    assert await vouch() == 0
    clock.advance(PATIENCE)
    assert [await vouch(), await vouch()] == [1, 0]
    assert titles(telegram) == ["Slack is down: invalid_auth"]
    troubles.clear()
    clock.advance(60)
    assert [await vouch(), await vouch()] == [1, 0]
    assert titles(telegram)[1:] == ["Slack works again, after 60 s"]
    assert titles(slack) == []


async def test_what_comes_and_goes_is_one_outage(clock: FakeClock) -> None:
    slack, telegram, troubles = FakeChat("slack"), FakeChat("telegram"), {"slack": ""}
    vouch = Vouch((slack, telegram), clock, lambda: troubles)
    for _ in range(20):
        for trouble, lasts in (("down", 70), ("", 20)):
            troubles["slack"] = trouble
            for _ in range(lasts // 10):
                await vouch()
                clock.advance(10)
    assert titles(telegram) == ["Slack is down: down"]


async def test_a_short_trouble_is_not_told(clock: FakeClock) -> None:
    slack, telegram, troubles = FakeChat("slack"), FakeChat("telegram"), {"slack connection": "reconnecting"}
    vouch = Vouch((slack, telegram), clock, lambda: troubles)
    await vouch()
    clock.advance(PATIENCE - 1)
    await vouch()
    troubles.clear()
    clock.advance(60)
    assert await vouch() == 0
    assert titles(telegram) == []


async def test_with_both_down_nobody_is_told_and_nothing_breaks(clock: FakeClock) -> None:
    slack, telegram = FakeChat("slack"), FakeChat("telegram")
    troubles = {"slack": "down", "telegram": ""}
    telegram.broken = ChatError("it refuses")
    vouch = Vouch((slack, telegram), clock, lambda: troubles)
    await vouch()
    clock.advance(PATIENCE)
    assert await vouch() == 1
    assert titles(telegram) == []
