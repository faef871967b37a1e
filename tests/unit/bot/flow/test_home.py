from bot.domain.incident import Ack
from tests import builders as make
from tests.builders import T
from tests.flow.house import House
from tests.unit.bot.flow.cases import offered, saved, say


async def test_what_is_open_and_what_waits_with_its_buttons(house: House) -> None:
    quiet = await say(house, "home")
    assert quiet.card is not None
    assert (quiet.card.title, quiet.card.tone, quiet.card.buttons) == ("All quiet", "good", ())
    await offered(house, ack=Ack("slack:U1", "Ada (Slack)", T))
    await saved(house.store, make.incident(id="over", state="resolved"))
    shown = (await say(house, "home", id_="then")).card
    assert shown is not None
    assert shown.title == "1 open incident, 1 proposal waiting"
    assert shown.sections[0].lines == ("3f2a9c01d4e7 payments: errors · open for 60 s · Ada (Slack) looks after it",)
    assert [button.verb for button in shown.buttons] == ["approve", "stand", "reject"]
