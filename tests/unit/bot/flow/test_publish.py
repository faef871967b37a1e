from dataclasses import replace

import pytest

from bot.domain.card import Card
from bot.domain.errors import ChatError
from bot.domain.pace import Allowance, Pace
from bot.domain.routing import Route, Routing
from bot.domain.timeline import Event
from bot.flow.manners import REST, Manners
from bot.flow.publish import MEMORY, Publish
from tests import builders as make
from tests.builders import T
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


class Listening(FakeChat):
    """Shows what another one shows, and keeps the titles in the order in which they were told."""

    def __init__(self, surface: str, of: FakeChat) -> None:
        super().__init__(surface)
        self.roots, self.replies, self.told = of.roots, of.replies, list[str]()

    async def post(self, card: Card, place: str = "") -> str:
        self.told.append(card.title)
        return await super().post(card, place)

    async def edit(self, ref: str, card: Card) -> None:
        self.told.append(card.title)
        await super().edit(ref, card)


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
    await saved(house.store, make.incident(state="resolved"), make.event("proposed"))
    house.clock.advance(MEMORY + 120)
    assert await house.publish[0]() == 0
    assert house.slack.roots == {}


async def test_what_is_still_open_is_told_however_long_the_surface_missed_it(house: House) -> None:
    await saved(house.store, make.incident())
    house.clock.advance(3 * MEMORY)
    assert await house.publish[0]() == 1


async def test_new_ones_come_first_and_then_what_can_be_approved_what_is_over_and_the_rest(house: House) -> None:
    slack, _ = house.publish
    names = ("edited", "over", "offered", "new")
    for name in names[:3]:
        await saved(house.store, make.incident(id=name))
    await slack()
    sent = Listening("slack", house.slack)
    publish = Publish(sent, house.store, house.clock, slack.renderer, Manners())
    async with house.store.unit() as unit:
        for name, over in (("edited", {}), ("over", {"state": "resolved"}), ("offered", {})):
            await unit.incidents.save(make.incident(id=name, title=name, version=2, **over))
        await unit.ledger.offer(make.proposal(incident_id="offered"))
    await saved(house.store, make.incident(id="new", title="new"))
    assert await publish() == 4
    assert [title.partition(" ")[0] for title in sent.told] == ["new", "offered", "over", "edited"]


async def test_what_the_pace_holds_back_is_sent_later_as_it_is_then_and_is_said(house: House) -> None:
    house.manners["slack"].pace = Pace({"post": Allowance(1, 10.0)})
    slack, _ = house.publish
    for name in ("a", "b", "c"):
        await saved(house.store, make.incident(id=name, opened_at=T + ord(name)))
    assert await slack() == 1
    assert house.manners["slack"].note == "2 updates delayed"
    async with house.store.unit() as unit:
        await unit.incidents.save(make.incident(id="b", title="worse", version=5, opened_at=T + ord("b")))
    house.clock.advance(10)
    assert await slack() == 1
    told = list(house.slack.roots.values())
    assert told[1].title == "worse · open"
    assert told[1].footer.endswith("2 updates delayed")
    house.clock.advance(10)
    assert await slack() == 1
    assert (house.manners["slack"].note, len(house.slack.roots), house.slack.edits) == ("", 3, 0)


async def test_an_incident_is_told_where_its_route_says(house: House) -> None:
    house.manners["slack"].routing = Routing([Route({"slack": "CPAY"}, services=frozenset({"payments"}))])
    for name, service in (("a", "payments"), ("b", "search")):
        await saved(house.store, make.incident(make.signal(service), id=name, opened_at=T + ord(name)))
    for publish in house.publish:
        await publish()
    assert list(house.slack.places.values()) == ["CPAY", ""]
    assert list(house.telegram.places.values()) == ["", ""]


class Barred(Listening):
    """A surface one place of which refuses for good, and that fails to say one thing for a while."""

    shut, failing = "CSHUT", ""
    asked = 0

    async def post(self, card: Card, place: str = "") -> str:
        self.asked += place == self.shut
        if place == self.shut:
            raise ChatError("not in the channel", permanent=True)
        return await super().post(card, place)

    async def reply(self, ref: str, card: Card) -> str:
        if self.failing and self.failing in card.title:
            raise ChatError("it failed")
        return await super().reply(ref, card)


def barred(house: House) -> tuple[Barred, Publish]:
    sent = Barred("slack", house.slack)
    routing = Routing([Route({"slack": "CSHUT"}, services=frozenset({"payments"}))])
    return sent, Publish(sent, house.store, house.clock, house.publish[0].renderer, Manners(routing))


async def test_a_place_that_refuses_for_good_holds_nothing_else_up_and_is_left_alone_for_a_while(house: House) -> None:
    sent, publish = barred(house)
    await saved(house.store, make.incident(make.signal("search"), title="first"))
    await publish()
    await saved(house.store, make.incident(make.signal("payments"), id="shut"))
    await titled(house, "worse")
    await said(house, "a fact")
    for _ in range(3):
        with pytest.raises(ChatError, match="not in the channel"):
            await publish()
    assert sent.told == ["first · open", "worse · open"]
    assert (sent.texts("slack-1"), sent.asked) == (["a fact"], 1)
    house.clock.advance(REST)
    sent.shut = "nowhere"
    assert await publish() == 1


async def test_what_comes_after_a_fact_that_fails_waits_for_it_in_that_thread_alone(house: House) -> None:
    sent, publish = barred(house)
    await saved(house.store, make.incident(make.signal("search")))
    await publish()
    sent.failing = "first"
    for text in ("first", "second"):
        await said(house, text)
    await saved(house.store, make.incident(make.signal("search"), id="other"), make.event("proposed", "elsewhere"))
    async with house.store.unit() as unit:
        one = make.incident(make.signal("search"), id="other", version=2)
        await unit.incidents.save(one, replace(make.event("proposed", "there"), incident_id="other"))
    with pytest.raises(ChatError, match="it failed"):
        await publish()
    assert sent.texts("slack-1") == []
    assert "there" in sent.texts("slack-2")
    sent.failing = ""
    await publish()
    assert sent.texts("slack-1")[:2] == ["first", "second"]


async def test_of_many_that_waited_the_worst_is_told_first(house: House) -> None:
    for number, severity in enumerate(("info", "warning", "critical")):
        await saved(house.store, make.incident(id=severity, title=severity, severity=severity, opened_at=T + number))
    sent = Listening("slack", house.slack)
    await Publish(sent, house.store, house.clock, house.publish[0].renderer, Manners())()
    assert [title.partition(" ")[0] for title in sent.told] == ["critical", "warning", "info"]
