import pytest

from bot.domain.people import Click
from bot.flow.manners import Manners
from tests import builders as make
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import HOUR, INCIDENT, PEOPLE, events, saved, say

ADA, GRACE, _ = PEOPLE


async def test_a_silenced_service_is_watched_and_not_told(house: House) -> None:
    answer = await say(house, "silence payments 2h we move it")
    assert answer.text == "Silenced until 10:00: payments, by Ada (Slack): we move it"
    await saved(house.store, make.incident())
    for publish in house.publish:
        assert await publish() == 0
    assert house.slack.roots == {}


async def test_what_still_fires_is_told_when_the_silence_is_over(house: House) -> None:
    await say(house, "silence payments 2h")
    await saved(house.store, make.incident())
    await house.publish[0]()
    house.clock.advance(2 * HOUR + 1)
    await house.publish[0]()
    assert [card.title for card in house.slack.roots.values()] == ["payments: errors · open"]


async def test_what_ended_meanwhile_is_never_told_but_counted(house: House) -> None:
    await say(house, "silence payments 2h")
    await saved(house.store, make.incident(state="resolved", resolved_at=house.clock.now()))
    await house.publish[0]()
    house.clock.advance(2 * HOUR + 1)
    assert await house.publish[0]() == 0
    async with house.store.read() as unit:
        assert await unit.deliveries.untold(0) == 1


async def test_a_silence_shows_on_the_open_incident_and_ends_by_its_button(house: House) -> None:
    await saved(house.store, make.incident())
    await house.publish[0]()
    pressed = Click("c1", GRACE, "silence", INCIDENT, "4h")
    assert (await house.desk.click(pressed)).text == "Silenced until 12:00: payments, by Grace (Telegram)"
    await house.publish[0]()
    (root,) = house.slack.roots.values()
    assert "silenced until 12:00: payments, by Grace (Telegram)" in str(root)
    listed = await say(house, "silences")
    assert listed.card is not None
    (end,) = listed.card.buttons
    answer = await house.desk.click(Click("c2", ADA, end.verb, end.subject, end.digest))
    assert answer.text == "payments: no longer silenced, says Ada (Slack)"
    assert len(await events(house, "silenced")) == 2
    assert (await say(house, "silences", id_="later")).text == "Nothing is silenced"
    assert (await trail(house.store)).deeds == ["silence", "unsilence"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("silence", "silence what? Write silence and a service"),
        ("silence nothing 2h", "neither a service nor the beginning of an incident's id: those are catalog"),
        ("silence payments soon", "'soon' says not for how long"),
        ("unsilence payments", "no silence holds for 'payments'"),
    ],
)
async def test_good_answers_to_wrong_words(house: House, words: str, said: str) -> None:
    answer = await say(house, words)
    assert not answer.accepted
    assert said in answer.text


async def test_an_action_under_way_is_told_in_spite_of_a_silence(house: House) -> None:
    await saved(house.store, make.incident())
    await house.publish[0]()
    await say(house, "silence payments 2h")
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        now = house.clock.now()
        facts = [make.event("diagnosed", "words", at=now), make.event("executed", "done", at=now)]
        await unit.incidents.save(one.changed(now), *facts)
    await house.publish[0]()
    assert house.slack.texts("slack-1") == ["done"]
    assert isinstance(house.manners["slack"], Manners)


async def test_a_service_whose_name_could_begin_an_id_is_meant_itself(house: House) -> None:
    await saved(house.store, make.incident(make.signal("search"), id="db0000000001"))
    await saved(house.store, make.incident(make.signal("db"), id="ee0000000001"))
    assert "Silenced until 10:00: db, by Ada" in (await say(house, "silence db 2h")).text
