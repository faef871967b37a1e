"""What people are told about odd incidents, from the rows: each command and message, on both platforms."""

import pytest

from bot.domain.card import Card
from bot.domain.people import Command, Person
from bot.store.store import SqlStore
from tests import builders as make
from tests.fakes.actuator import state
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.flow.shop import SERVICES, Shop
from tests.stories import moved, write
from tests.strategies.dossiers import oddest
from tests.strict.reading import assert_good, in_slack, in_telegram, raw

ADA = Person("slack", "U1", "Ada <!here> \u202e*x* &amp;")
ODDEST = (
    "<script>&",
    "*b* _i_ ~s~ `c` ```",
    "@channel <!here> <@U1>",
    "\u202eevil\x00\x1b[31m\ud800",
    "😀" * 5_000,
    "x" * 10_000,
)


@pytest.fixture
def house(store: SqlStore, clock: FakeClock) -> House:
    return House(store, clock, Shop(), {name: state("v1", at=clock.now() - 86_400) for name in SERVICES})


async def told(house: House, *words: str) -> Card | None:
    return (await house.desk.command(Command("c1", ADA, words))).card


@pytest.mark.parametrize("text", ODDEST)
async def test_commands_and_messages(house: House, text: str) -> None:
    odd = oddest(text, many=20)
    await write(house.store, moved(odd, house.clock.now() - make.T), [])
    async with house.store.unit() as unit:
        await unit.standings.give(make.standing(target=odd.proposals[0].plan.action.target, words=text))
    house.health.report("source shop", text)
    for publish in house.publish:
        await publish()
    cards = [
        await told(house, *words)
        for words in (("status",), ("why", "3f2a"), ("show", "3f2a"), ("standing",), ("digest",))
    ]
    cards += [*house.slack.roots.values(), *(card for said in house.slack.replies.values() for card in said)]
    assert len(cards) >= 7
    for card in cards:
        assert card is not None
        assert_good(card)


@pytest.mark.parametrize("text", ODDEST)
async def test_words_that_are_no_command_or_no_incident(house: House, text: str) -> None:
    for words in ((text,), ("show", text), ("why", text), ("stop", text), ("status",), ("go", text)):
        answer = await house.desk.command(Command("c1", ADA, words))
        card = answer.card or Card("info", answer.text)
        for shown, _ in (in_slack(card), in_telegram(card)):
            assert list(raw(shown, card)) == []
