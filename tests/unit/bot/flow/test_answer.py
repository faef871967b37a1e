import pytest

from bot.domain.people import Answer, Command, Person
from bot.flow.answer import HELP
from tests import builders as make
from tests.flow.house import House
from tests.unit.bot.flow.cases import offered, saved

ADA = Person("slack", "U1", "Ada")


async def say(house: House, *words: str) -> Answer:
    return await house.desk.command(Command("c1", ADA, words))


def lines(answer: Answer) -> dict[str, tuple[str, ...]]:
    assert answer.card is not None
    return {section.heading: section.lines for section in answer.card.sections}


async def test_a_quiet_house_says_so(house: House) -> None:
    assert (await say(house, "status")).text == "All quiet"
    assert (await say(house, "incidents")).text == "No incident so far"


async def test_status_tells_what_is_open_what_waits_and_what_is_not_well(house: House) -> None:
    await offered(house)
    await saved(house.store, make.incident(id="a81c", state="resolved"))
    house.health.report("source shop", "no answer")
    house.health.report("slack")
    answer = await say(house, "status")
    assert answer.text == "1 open incident, 1 proposal waiting for a decision"
    assert lines(answer) == {
        "Open": ("3f2a9c01d4e7 payments: errors · open for 60 s",),
        "Not well": ("source shop: no answer",),
    }


async def test_incidents_are_listed_newest_first(house: House) -> None:
    for place in range(12):
        await saved(house.store, make.incident(id=f"i{place:02}", opened_at=make.T + place))
    answer = await say(house, "INCIDENTS")
    ids = [line.split()[0] for line in lines(answer)["Newest first"]]
    assert ids == [f"i{place:02}" for place in range(11, 1, -1)]


@pytest.mark.parametrize("asked", ["3f2a9c01d4e7", "3f2a", "3"])
async def test_the_beginning_of_an_id_is_enough(house: House, asked: str) -> None:
    await saved(house.store, make.incident())
    shown = await say(house, "show", asked)
    assert (shown.accepted, shown.text) == (True, "payments: errors · open")
    why = await say(house, "why", asked)
    assert lines(why)["Suspects"] == ("payments: 82% (E1, E2)",)
    assert lines(why)["Evidence"][0] == "[E1] payments v2 was deployed 60 s before the onset"


@pytest.mark.parametrize("words", [("show", "zz"), ("show", "%"), ("why", "_"), ("show",), ("why",), ("show", "")])
async def test_an_id_of_nothing_gets_those_that_exist(house: House, words: tuple[str, ...]) -> None:
    await saved(house.store, make.incident())
    answer = await say(house, *words)
    assert not answer.accepted
    assert "the newest are 3f2a9c01d4e7" in answer.text


async def test_two_that_begin_alike_are_no_answer(house: House) -> None:
    for name in ("aa1", "aa2"):
        await saved(house.store, make.incident(id=name, opened_at=make.T - int(name[-1])))
    assert (await say(house, "show", "aa")).text == "No single incident begins with 'aa'; the newest are aa1, aa2"


@pytest.mark.parametrize("words", [(), ("help",), ("Help", "me")])
async def test_help_lists_every_command_and_each_answers(house: House, words: tuple[str, ...]) -> None:
    answer = await say(house, *words)
    assert lines(answer)["Commands"] == tuple(f"{one}: {meaning}" for one, meaning in HELP.items())
    for one in HELP:
        assert "do not know" not in (await say(house, one.split()[0])).text


async def test_an_unknown_word_is_cut_and_answered_with_help(house: House) -> None:
    answer = await say(house, "x" * 5000)
    assert not answer.accepted
    assert len(answer.text) < 80
    assert "Commands" in lines(answer)


async def test_the_digest_is_shown_and_not_claimed(house: House) -> None:
    assert (await say(house, "digest")).text == "Digest: a quiet day, nothing to report"
    assert await house.digest.post(house.slack, "08:00")
