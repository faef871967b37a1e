import pytest

from bot.domain import tuning
from bot.domain.incident import Incident
from bot.domain.people import Click, Person
from tests import builders as make
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import INCIDENT, PEOPLE, events, offered, proposals, saved, say

ADA, GRACE, _ = PEOPLE


async def incident(house: House) -> Incident:
    async with house.store.read() as unit:
        found = await unit.incidents.get(INCIDENT)
    assert found is not None
    return found


async def factors(house: House) -> dict[str, float]:
    async with house.store.read() as unit:
        return tuning.factors(await unit.votes.all(), {})


async def test_an_ack_shows_who_looks_after_it_and_the_second_is_told(house: House) -> None:
    await saved(house.store, make.incident())
    answer = await house.desk.click(Click("c1", ADA, "ack", INCIDENT, ""))
    assert (answer.accepted, answer.text) == (True, "Ada (Slack) looks after it")
    late = await say(house, f"ack {INCIDENT[:4]}", GRACE)
    assert (late.accepted, late.text) == (False, "Ada (Slack) looks after it already")
    one = await incident(house)
    assert one.ack is not None
    assert (one.ack.identity, one.version) == (ADA.identity, 2)
    assert (await trail(house.store)).deeds == ["ack", "refuse"]


async def test_a_replayed_click_gets_the_same_answer_and_does_nothing_twice(house: House) -> None:
    await saved(house.store, make.incident())
    answers = [await house.desk.click(Click("c1", ADA, "ack", INCIDENT, "")) for _ in range(3)]
    assert len(set(answers)) == 1
    assert (await trail(house.store)).deeds == ["ack"]
    assert len(await events(house, "acked")) == 1


async def test_an_incident_ended_by_hand_takes_its_offers_back(house: House) -> None:
    await offered(house)
    answer = await say(house, "resolve 3f2a")
    assert answer.text == "Ada (Slack) resolved it, although 1 of its signals still fire, after 60 s"
    assert (await incident(house)).state == "resolved"
    assert [one.state for one in await proposals(house)] == ["void"]
    assert not (await say(house, "resolve 3f2a", id_="again")).accepted


async def test_nobody_ends_an_incident_while_an_action_runs(house: House) -> None:
    await saved(house.store, make.incident(state="acting"))
    answer = await say(house, "resolve 3f2a")
    assert (answer.accepted, answer.text) == (False, "an action is running: wait for its end")


async def test_not_a_problem_ends_it_and_widens_its_thresholds(house: House) -> None:
    await saved(house.store, make.incident())
    answer = await house.desk.click(Click("c1", ADA, "harmless", INCIDENT, ""))
    assert answer.text.startswith("Ada (Slack) says that this is not a problem, although 1 of its signals")
    assert (await incident(house)).state == "resolved"
    assert await factors(house) == pytest.approx({"payments/http_error_ratio#level": 1.1})


async def test_another_verdict_of_the_same_person_replaces_the_first(house: House) -> None:
    await saved(house.store, make.incident())
    for verb in ("harmless", "helpful"):
        assert (await say(house, f"{verb} 3f2a", ADA)).accepted
    assert await factors(house) == pytest.approx({"payments/http_error_ratio#level": 0.97})
    assert (await incident(house)).verdicts == {ADA.identity: "helpful"}
    again = await say(house, "helpful 3f2a", ADA, id_="again")
    assert (again.accepted, again.text) == (False, "you have said so already")


async def test_two_people_are_two_votes_and_a_wrong_cause_moves_no_threshold(house: House) -> None:
    await saved(house.store, make.incident())
    await say(house, "wrong 3f2a", ADA)
    assert await factors(house) == {}
    await say(house, "helpful 3f2a", GRACE)
    assert len((await incident(house)).verdicts) == 2
    assert await factors(house) == pytest.approx({"payments/http_error_ratio#level": 0.97})


@pytest.mark.parametrize("words", ["ack nope", "resolve nope", "harmless nope", "ack"])
async def test_what_is_about_nothing_is_refused(house: House, words: str) -> None:
    answer = await say(house, words)
    assert not answer.accepted
    assert "nope" in answer.text or "an id" in answer.text


async def test_in_its_thread_an_incident_needs_no_id(house: House) -> None:
    await saved(house.store, make.incident())
    await house.publish[0]()
    (root,) = house.slack.roots
    command = make.command("ack", person=Person("slack", "U7", "Dan"), thread=root)
    assert (await house.desk.command(command)).text == "Dan (Slack) looks after it"
    why = await house.desk.command(make.command("why", person=ADA, thread=root))
    assert why.accepted
    assert not (await house.desk.command(make.command("why", person=ADA, thread="elsewhere"))).accepted
