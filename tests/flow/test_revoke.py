"""A yes in advance is taken back by a click, and nothing runs under it from then on."""

import asyncio

import pytest

from bot.domain.people import Click, Person
from bot.domain.standing import Standing
from bot.store.store import SqlStore
from tests.fakes.actuator import state
from tests.fakes.clock import FakeClock
from tests.flow.house import House
from tests.flow.shop import SERVICES, Shop
from tests.trail import trail
from tests.unit.bot.flow.cases import (
    PEOPLE,
    STRANGER,
    accepted,
    alike,
    executions,
    granted,
    proposals,
    standing,
    under,
)

ADA, GRACE, OWNER = PEOPLE


@pytest.fixture
def house(store: SqlStore, clock: FakeClock) -> House:
    return House(store, clock, Shop(), {name: state("v1", at=clock.now() - 86_400) for name in SERVICES})


def revoke(given: Standing, person: Person = ADA, id_: str = "") -> Click:
    return Click(id_ or f"{person.identity}/revoke/{given.id}", person, "revoke", given.id, "")


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.name)
async def test_any_approver_revokes_it_and_the_next_one_waits(house: House, who: Person) -> None:
    given = await granted(house)
    answer = await house.desk.click(revoke(given, who))
    assert (answer.accepted, answer.text) == (
        True, "Ada (Slack) no longer approves every rollback of payments in advance",
    )  # fmt: skip
    assert (await standing(house, given.id)).ended == f"revoked by {who.words}"
    await alike(house, "again")
    assert await house.stand() == 0
    assert len(await proposals(house, "pending", "again")) == 1
    assert (await trail(house.store)).rows[-2] == (who.identity, "revoke", given.id)


async def test_a_revoke_counts_once_and_the_second_is_told_so(house: House, rival: SqlStore) -> None:
    given = await granted(house)
    desks = (house.desk, under(house, rival).desk)
    answers = await asyncio.gather(
        *(desks[place % 2].click(revoke(given, PEOPLE[place % 3], f"press-{place}")) for place in range(12))
    )
    (won,) = accepted(answers)
    winner = PEOPLE[answers.index(won) % 3]
    assert {one.text for one in answers if one is not won} == {f"it holds no more: revoked by {winner.words}"}
    place = answers.index(won)
    replay = await house.desk.click(revoke(given, winner, f"press-{place}"))
    assert replay == won
    deeds = (await trail(house.store)).deeds
    assert (deeds.count("revoke"), deeds.count("refuse")) == (1, 11)


async def test_a_stranger_revokes_nothing_and_is_audited(house: House) -> None:
    given = await granted(house)
    answer = await house.desk.click(revoke(given, STRANGER))
    assert (answer.accepted, answer.text) == (False, "Ada (Slack) may not decide here: ask an approver")
    assert (await standing(house, given.id)).ended == ""
    assert (await trail(house.store)).rows[-1] == (STRANGER.identity, "refuse", given.id)


async def test_a_button_of_nothing_known_is_told_so(house: House) -> None:
    answer = await house.desk.click(Click("c1", ADA, "revoke", "no-such-id", ""))
    assert (answer.accepted, answer.text) == (False, "this standing approval is not known here")


async def test_a_revoke_and_an_action_at_once_are_one_before_the_other(house: House, rival: SqlStore) -> None:
    given = await granted(house)
    await alike(house, "again")
    other = under(house, rival)
    covered, answer = await asyncio.gather(other.stand(), house.desk.click(revoke(given)))
    assert answer.accepted
    await house.execute()
    assert len(house.actuator.effects) == 1, "whichever was first, nothing runs after the revoke"
    assert (await standing(house, given.id)).used == 1 + covered


async def test_revoked_between_claim_and_run_nothing_runs(house: House) -> None:
    given = await granted(house)
    await alike(house, "again")
    assert await house.stand() == 1
    await house.desk.click(revoke(given, GRACE))
    assert await house.execute() == 1
    (execution,) = await executions(house, "again")
    assert (execution.state, execution.error) == (
        "failed", "nothing was done: its standing approval was revoked by Grace (Telegram)",
    )  # fmt: skip
    assert len(house.actuator.effects) == 1
