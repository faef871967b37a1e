import pytest

from bot.domain.card import Image
from bot.domain.errors import ChatError
from bot.domain.pace import Allowance, Pace
from bot.domain.picture import Picture
from bot.flow.illustrate import OFTEN, Illustrate
from bot.flow.manners import REST, Manners
from bot.flow.publish import Publish
from tests import builders as make
from tests.fakes.chat import FakeChat
from tests.flow.house import House
from tests.unit.bot.flow.cases import INCIDENT, saved


class Pencil:
    """Draws the title."""

    async def draw(self, one: Picture) -> bytes:
        return one.title.encode()


@pytest.fixture
def illustrate(house: House) -> Illustrate:
    return Illustrate(house.slack, house.store, house.clock, Manners(), Pencil())


async def shown(house: House) -> None:
    """An incident with a course is in the chat."""
    await saved(house.store, make.incident())
    async with house.store.unit() as unit:
        await unit.telemetry.draw(INCIDENT, [make.chart(make.signal(), make.points([0.0, 0.0, 0.34]))])
    await house.publish[0]()


async def changed(house: House) -> None:
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        await unit.incidents.save(one.changed(house.clock.now()))


async def test_a_picture_is_shown_once_and_replaced_when_the_incident_changed(
    house: House, illustrate: Illustrate
) -> None:
    await shown(house)
    assert [await illustrate(), await illustrate()] == [1, 0]
    assert list(house.slack.pictures) == ["slack-1/picture"]
    await changed(house)
    assert await illustrate() == 0  # not so soon
    house.clock.advance(OFTEN + 1)
    assert await illustrate() == 1
    assert list(house.slack.pictures) == ["slack-1/picture"]


async def test_what_has_no_course_or_is_not_shown_has_no_picture(house: House, illustrate: Illustrate) -> None:
    await saved(house.store, make.incident())
    assert await illustrate() == 0
    await house.publish[0]()
    assert [await illustrate(), await illustrate()] == [0, 0]
    assert house.slack.pictures == {}


async def test_a_refusal_is_tried_again_and_a_doubt_is_not(house: House, illustrate: Illustrate) -> None:
    await shown(house)
    house.slack.broken = ChatError("busy", retry_after=3)
    with pytest.raises(ChatError):
        await illustrate()
    house.slack.broken = ChatError("no answer came", maybe_sent=True)
    assert await illustrate() == 1
    house.slack.broken = None
    assert await illustrate() == 0


async def test_pictures_keep_to_the_pace(house: House, illustrate: Illustrate) -> None:
    await shown(house)
    illustrate.manners.pace = Pace({"picture": Allowance(1, 60.0)})
    assert illustrate.manners.pace.take("picture", "", house.clock.monotonic())
    assert await illustrate() == 0


class Choosy(FakeChat):
    """A surface that refuses for good what is about one thread."""

    refused = "slack-1"
    asked = 0

    async def picture(self, ref: str, image: Image, old: str) -> str:
        self.asked += ref == self.refused
        if ref == self.refused:
            raise ChatError("not in the channel", permanent=True)
        return await super().picture(ref, image, old)


async def test_a_picture_refused_for_good_holds_up_no_other_and_rests(house: House) -> None:
    choosy = Choosy("slack")
    illustrate = Illustrate(choosy, house.store, house.clock, Manners(), Pencil())
    publish = Publish(choosy, house.store, house.clock, house.publish[0].renderer, Manners())
    for name in ("a", "b"):
        await saved(house.store, make.incident(id=name))
        async with house.store.unit() as unit:
            await unit.telemetry.draw(name, [make.chart(make.signal(), make.points([0.0, 0.0, 0.34]))])
        await publish()
    for _ in range(3):
        with pytest.raises(ChatError, match="not in the channel"):
            await illustrate()
    assert (list(choosy.pictures), choosy.asked) == (["slack-2/picture"], 1)
    house.clock.advance(REST)
    choosy.refused = ""
    assert await illustrate() == 1
