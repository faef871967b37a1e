from bot.domain import tuning
from bot.domain.people import Click
from tests import builders as make
from tests.flow.house import House
from tests.unit.bot.flow.cases import INCIDENT, PEOPLE, saved, say

SIGNATURE = "payments/http_error_ratio#level"


async def test_what_people_said_is_listed_and_taken_back(house: House) -> None:
    assert (await say(house, "tuning")).text == "Every threshold is as shipped"
    await saved(house.store, make.incident())
    await say(house, "harmless 3f2a")
    listed = await say(house, "tuning", id_="then")
    assert listed.text == "1 threshold moved"
    assert listed.card is not None
    (back,) = listed.card.buttons
    answer = await house.desk.click(Click("c1", PEOPLE[1], back.verb, back.subject, back.digest))
    assert answer.text == f"Grace (Telegram) took back 1 votes on {SIGNATURE}: its threshold is as it was"
    assert (await say(house, "tuning", id_="after")).text == "Every threshold is as shipped"


async def test_a_signature_can_be_named_in_words_and_an_unknown_one_is_refused(house: House) -> None:
    await saved(house.store, make.incident())
    await say(house, f"helpful {INCIDENT}")
    assert (await say(house, f"retune {SIGNATURE}")).accepted
    again = await say(house, f"retune {tuning.short(SIGNATURE)}")
    assert (again.accepted, "nobody's word moved the threshold" in again.text) == (False, True)
