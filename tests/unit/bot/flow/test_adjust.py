import pytest

from bot.domain.people import Person
from bot.domain.suspects import Suspect
from tests import builders as make
from tests.fakes.actuator import state
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import PEOPLE, STRANGER, click, proposals, saved, say

ADA: Person = PEOPLE[0]


async def overloaded(house: House) -> None:
    """A scaling of payments waits for a click."""
    house.actuator.states["payments"] = state("v1")
    busy = (Suspect("payments", "overload", 1.8, 0.82, ("E1",)),)
    await saved(house.store, make.incident(due=frozenset({"offer"}), suspects=busy))
    house.clock.advance(60)
    await house.offer()


async def test_another_number_is_another_proposal_and_the_old_button_says_so(house: House) -> None:
    await overloaded(house)
    (old,) = await proposals(house, "pending")
    assert old.plan.action.verb == "scale"
    answer = await say(house, "adjust 3f2a 4")
    assert (answer.accepted, answer.text) == (True, "Ada (Slack) wants 4 replicas: a new proposal follows")
    await house.offer()
    (new,) = await proposals(house, "pending")
    assert (new.plan.action.replicas, new.digest != old.digest) == (4, True)
    assert new.reason.endswith("a person asked for 4")
    late = await house.desk.click(click(old))
    assert not late.accepted
    assert (await house.desk.click(click(new))).accepted
    assert (await trail(house.store)).deeds.count("adjust") == 1


@pytest.mark.parametrize(
    ("words", "person", "said"),
    [
        ("adjust 3f2a 99", ADA, "'99' is no number of replicas from 1 to 10"),
        ("adjust 3f2a many", ADA, "'many' is no number of replicas"),
        ("adjust 3f2a", ADA, "'' is no number of replicas"),
        ("adjust 3f2a 4", STRANGER, "may not decide here"),
        ("adjust nope 4", ADA, "no single incident begins with 'nope'"),
    ],
)
async def test_what_cannot_be_is_refused(house: House, words: str, person: Person, said: str) -> None:
    await overloaded(house)
    answer = await say(house, words, person)
    assert not answer.accepted
    assert said in answer.text


async def test_where_no_scaling_is_offered_there_is_nothing_to_adjust(house: House) -> None:
    await saved(house.store, make.incident())
    answer = await say(house, "adjust 3f2a 4")
    assert (answer.accepted, answer.text) == (False, "no scaling is offered here that could have another number")
