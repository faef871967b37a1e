from dataclasses import replace

import pytest

from bot.domain.card import Card
from bot.domain.errors import ChatError
from bot.domain.timeline import Event
from bot.flow.manners import Manners
from bot.flow.publish import MEMORY, Publish
from tests import builders as make
from tests.fakes.chat import FakeChat
from tests.flow.house import House
from tests.unit.bot.flow.cases import INCIDENT, saved


async def said(house: House, text: str) -> None:
    """Something happens in the incident that the thread hears of."""
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        now = house.clock.now()
        await unit.incidents.save(one.changed(now), Event(INCIDENT, now, "proposed", text))


async def titled(house: House, title: str) -> None:
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        await unit.incidents.save(replace(one, title=title).changed(house.clock.now()))


def only(chat: FakeChat) -> str:
    (card,) = chat.roots.values()
    return card.title


class Shaky(FakeChat):
    """A surface whose answer to the next replies is lost, after the message arrived."""

    lost = 1

    async def reply(self, ref: str, card: Card) -> str:
        sent = await super().reply(ref, card)
        if self.lost:
            self.lost -= 1
            raise ChatError("no answer came", maybe_sent=True)
        return sent


async def test_one_post_and_then_edits_in_place(house: House) -> None:
    slack, _ = house.publish
    await saved(house.store, make.incident())
    assert await slack() == 1
    for title in ("worse", "better"):
        await titled(house, title)
        assert await slack() == 1
    assert await slack() == 0
    assert only(house.slack) == "better · open"
    assert house.slack.edits == 2


async def test_what_happened_is_said_once_and_in_order_in_the_thread(house: House) -> None:
    slack, _ = house.publish
    await saved(house.store, make.incident())
    await slack()
    for text in ("first", "second"):
        await said(house, text)
    await slack()
    await said(house, "third")
    await slack()
    await slack()
    assert house.slack.texts("slack-1") == ["first", "second", "third"]


async def test_a_restart_repeats_nothing(house: House) -> None:
    await saved(house.store, make.incident())
    await said(house, "first")
    await house.publish[0]()
    after = House(house.store, house.clock, house.values, house.states)
    assert await after.publish[0]() == 0
    assert after.slack.roots == {}


async def test_one_surface_that_is_down_does_not_stop_the_other_and_catches_up(house: House) -> None:
    slack, telegram = house.publish
    house.slack.broken = ChatError("Slack is down")
    await saved(house.store, make.incident())
    for title in ("worse", "much worse", "better"):
        await titled(house, title)
        await said(house, title)
        with pytest.raises(ChatError):
            await slack()
        await telegram()
    assert only(house.telegram) == "better · open"
    assert house.slack.roots == {}
    house.slack.broken = None
    await slack()
    assert only(house.slack) == "better · open"
    assert house.slack.edits == 0
    assert house.slack.texts("slack-1") == house.telegram.texts("telegram-1") == ["worse", "much worse", "better"]


async def test_a_deleted_root_is_posted_anew_with_its_thread(house: House) -> None:
    slack, _ = house.publish
    await saved(house.store, make.incident())
    await said(house, "first")
    await slack()
    house.slack.roots.clear()
    await titled(house, "worse")
    await slack()
    assert only(house.slack) == "worse · open"
    (ref,) = house.slack.roots
    await said(house, "second")
    await slack()
    assert house.slack.texts(ref)[-1] == "second"


async def test_a_reply_that_may_have_arrived_is_not_repeated(house: House) -> None:
    shaky = Shaky("slack")
    publish = Publish(shaky, house.store, house.clock, house.publish[0].renderer, Manners())
    await saved(house.store, make.incident())
    await publish()
    await said(house, "first")
    await said(house, "second")
    await publish()
    await publish()
    assert shaky.texts("slack-1") == ["first", "second"]


async def test_a_refused_reply_is_said_later(house: House) -> None:
    slack, _ = house.publish
    await saved(house.store, make.incident())
    await slack()
    await said(house, "first")
    house.slack.broken = ChatError("slow down", retry_after=7)
    with pytest.raises(ChatError) as caught:
        await slack()
    assert caught.value.retry_after == 7
    house.slack.broken = None
    await slack()
    assert house.slack.texts("slack-1") == ["first"]


async def test_old_news_is_no_news(house: House) -> None:
    await saved(house.store, make.incident(), make.event("proposed"))
    house.clock.advance(MEMORY + 120)
    assert await house.publish[0]() == 0
    assert house.slack.roots == {}
