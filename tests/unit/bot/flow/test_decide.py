import asyncio
from dataclasses import replace

import pytest

from bot.domain.people import Answer, Person
from bot.domain.policy import Policy
from bot.flow.decide import Decide
from bot.flow.gate import Gate
from bot.store.store import SqlStore
from tests import builders as make
from tests.flow.house import APPROVERS, House
from tests.trail import trail
from tests.unit.bot.flow.cases import (
    PEOPLE,
    accepted,
    approved,
    click,
    events,
    investigated,
    look_again,
    offered,
    proposals,
)

ADA, GRACE, OWNER = PEOPLE
STRANGER = Person("slack", "U666", "Ada")


def by(house: House, store: SqlStore, policy: Policy | None = None) -> Decide:
    """Decides on another store, or by another policy."""
    return Decide(store, house.clock, Gate(policy or house.policy, house.clock))


async def test_of_fifty_clicks_from_three_surfaces_in_two_processes_one_wins(house: House, rival: SqlStore) -> None:
    proposal = await offered(house)
    other = by(house, rival)

    async def press(place: int) -> Answer:
        pressed = click(proposal, PEOPLE[place % 3], id=f"press-{place}")
        return await (other(pressed) if place % 2 else house.desk.click(pressed))

    answers = await asyncio.gather(*(press(place) for place in range(50)))
    (won,) = accepted(answers)
    winner = won.text.removeprefix("approved by ")
    assert {one.text for one in answers if one is not won} == {f"already approved by {winner}"}
    dossier = await house.dossier()
    assert [one.state for one in dossier.executions] == ["queued"]
    assert dossier.incident.state == "acting"
    await asyncio.gather(house.execute(), house.execute())
    assert len(house.actuator.effects) == 1
    history = await trail(rival)
    assert (history.broken, history.deeds.count("approve"), history.deeds.count("refuse")) == (0, 1, 49)


@pytest.mark.parametrize(("verb", "words"), [("approve", "approved"), ("reject", "rejected")])
async def test_a_replay_of_a_click_gets_the_same_answer_and_does_nothing(
    house: House, rival: SqlStore, verb: str, words: str
) -> None:
    pressed = click(await offered(house), verb=verb)
    other = by(house, rival)
    desks = (house.desk.click, other)
    answers = await asyncio.gather(*(desks[place % 2](pressed) for place in range(20)))
    answers.append(await house.desk.click(pressed))
    assert {(one.text, one.accepted) for one in answers} == {(f"{words} by Ada (Slack)", True)}
    assert (await trail(house.store)).deeds == ["propose", verb]
    assert len(await events(house, "approved", "rejected", "refused")) == 1


async def test_a_double_click_is_told_that_it_is_done(house: House) -> None:
    proposal = await approved(house)
    again = await house.desk.click(click(proposal, id="the second press"))
    assert (again.accepted, again.text) == (False, "already approved by Ada (Slack)")
    assert len((await house.dossier()).executions) == 1


@pytest.mark.parametrize(
    ("person", "digest", "wait", "why"),
    [
        (STRANGER, None, 0, "may not decide here"),
        (Person("telegram", "U1", "Ada"), None, 0, "may not decide here"),
        (ADA, "0" * 32, 0, "the plan or the rules behind this button have changed"),
        (ADA, "", 0, "the plan or the rules behind this button have changed"),
        (ADA, None, 600, "expired"),
        (ADA, None, 600.001, "expired"),
    ],
)
async def test_what_may_not_be_is_refused_and_audited(
    house: House, person: Person, digest: str | None, wait: float, why: str
) -> None:
    proposal = await offered(house)
    house.clock.advance(wait)
    given = {} if digest is None else {"digest": digest}
    answer = await house.desk.click(click(proposal, person, **given))
    assert not answer.accepted
    assert why in answer.text
    history = await trail(house.store)
    assert history.rows[-1] == (person.identity, "refuse", proposal.id)
    assert history.broken == 0
    (told,) = await events(house, "refused")
    assert why in told.lower()
    assert [one.state for one in await proposals(house)] == ["pending"]
    assert (await house.dossier()).executions == ()


async def test_a_click_in_the_last_moment_counts(house: House) -> None:
    proposal = await offered(house)
    house.clock.advance(599.999)
    assert (await house.desk.click(click(proposal))).accepted


async def test_who_was_removed_since_the_message_is_refused(house: House) -> None:
    proposal = await offered(house)
    after = by(house, house.store, replace(house.policy, approvers=APPROVERS - {ADA.identity}))
    answer = await after(click(proposal))
    assert not answer.accepted
    assert "may not decide here" in answer.text
    other = await after(click(proposal, GRACE))  # what was offered under the old rules is offered anew under the new
    assert (other.accepted, "the rules behind this button have changed" in other.text) == (False, True)
    restarted = House(house.store, house.clock, house.values, house.states, after.gate.policy)
    await look_again(restarted)
    (new,) = await proposals(restarted, "pending")
    assert (await restarted.desk.click(click(new, GRACE))).accepted


async def test_a_button_of_nothing_known_is_told_so(house: House) -> None:
    proposal = await offered(house)
    answer = await house.desk.click(click(proposal, subject="no-such-id"))
    assert (answer.accepted, answer.text) == (False, "this proposal is not known here any more")


async def test_a_rejected_proposal_never_runs(house: House) -> None:
    proposal = await offered(house)
    assert (await house.desk.click(click(proposal, GRACE, "reject"))).accepted
    late = await house.desk.click(click(proposal, ADA))
    assert (late.accepted, late.text) == (False, "already rejected by Grace (Telegram)")
    assert await house.execute() == 0
    assert house.actuator.effects == []
    assert await events(house, "rejected") == ["Rejected by Grace (Telegram)"]


async def test_two_people_means_two_people(store: SqlStore, house: House) -> None:
    people = {ADA.identity: "ada", GRACE.identity: "grace", OWNER.identity: "owner"}
    policy = replace(house.policy, two_people_for=frozenset({"rollback"}), people=people)
    house = House(store, house.clock, house.values, house.states, policy)
    proposal = await offered(house)
    decide = by(house, store, policy)
    first = await decide(click(proposal))
    assert (first.accepted, first.text) == (True, "approved by Ada (Slack); a second person must approve it too")
    same = await decide(click(proposal, id="Ada again"))
    assert not same.accepted
    assert (await house.dossier()).executions == ()
    others = await asyncio.gather(decide(click(proposal, GRACE)), decide(click(proposal, OWNER)))
    assert len(accepted(others)) == 1
    dossier = await house.dossier()
    assert [one.state for one in dossier.executions] == ["queued"]
    assert len(dossier.proposals[0].approvals) == 2
    assert (await trail(store)).deeds == ["propose", "second", "refuse", "approve", "refuse"]


async def test_what_recovered_before_the_click_is_left_alone(house: House) -> None:
    proposal = await offered(house)
    async with house.store.unit() as unit:
        one = await unit.incidents.get(proposal.incident_id)
        assert one is not None
        (signal,) = one.signals.values()
        await unit.incidents.save(one.with_signal(replace(signal, firing=False), house.clock.now()))
    answer = await house.desk.click(click(proposal))
    assert not answer.accepted
    assert "already recovered" in answer.text
    assert (await house.dossier()).executions == ()
    assert (await house.desk.click(click(proposal, verb="reject"))).accepted


@pytest.mark.parametrize("store_kind", [pytest.param("postgresql", marks=pytest.mark.real)], indirect=True)
async def test_steps_at_the_same_time_never_stand_in_each_others_way(house: House, rival: SqlStore) -> None:
    """PostgreSQL ends one of two units that wait for each other: locks are taken in one order everywhere."""
    for round_ in range(6):
        names = [f"{round_}-{place}" for place in range(4)]
        for name in names:
            await investigated(house, id=name, updated_at=house.clock.now())
        house.clock.advance(60)
        await house.offer()
        async with house.store.read() as unit:
            pending = await unit.ledger.pending()
        late = [make.proposal(f"old {name}", incident_id=name, expires_at=house.clock.now()) for name in names]
        async with house.store.unit() as unit:
            for one in late:
                await unit.ledger.offer(one)
        other = by(house, rival)
        steps = (house.tend(), house.offer(), house.tend(), house.execute(), house.verify(), house.recover())
        clicks = (other(click(one, PEOPLE[place % 3])) for place, one in enumerate([*pending, *late]))
        await asyncio.gather(*steps, *clicks, house.execute())
    assert (await trail(house.store)).broken == 0
