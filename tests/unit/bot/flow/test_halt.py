import asyncio

import pytest

from actions.model import Plan, State
from bot.domain.people import Answer, Click, Person
from bot.domain.policy import Rule
from bot.domain.scope import Scope
from bot.store.store import SqlStore
from tests import builders as make
from tests.fakes.actuator import FakeActuator
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import (
    PEOPLE,
    STRANGER,
    accepted,
    alike,
    approved,
    click,
    events,
    executions,
    granted,
    offered,
    proposals,
    saved,
    say,
    under,
)

ADA, GRACE, OWNER = PEOPLE


class Slow(FakeActuator):
    """Waits in the middle of a run until it may go on."""

    def __init__(self, states: dict[str, State]) -> None:
        super().__init__(states)
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def run(self, plan: Plan, action_id: str) -> None:
        self.begun.set()
        await self.go_on.wait()
        await super().run(plan, action_id)


async def stopped(house: House) -> str:
    """Who stopped all actions, in words; empty while they may run."""
    async with house.store.read() as unit:
        stop = await unit.ledger.stopped()
    return stop.sentence if stop else ""


def turn(verb: str, person: Person = ADA, id_: str = "") -> Click:
    return Click(id_ or f"{person.identity}/{verb}", person, "stop" if verb == "stop" else "go", "actions", "")


@pytest.mark.parametrize("words", ["stop", "go"])
async def test_a_stranger_turns_nothing_and_is_audited(house: House, words: str) -> None:
    if words == "go":
        await say(house, "stop")
    before = await stopped(house)
    for answer in (await say(house, words, STRANGER), await house.desk.click(turn(words, STRANGER))):
        assert (answer.accepted, answer.text) == (False, "Ada (Slack) may not decide here: ask an approver")
    assert await stopped(house) == before
    assert (await trail(house.store)).rows[-2:] == [(STRANGER.identity, "refuse", "actions")] * 2


async def test_whoever_may_approve_anything_may_stop_everything(house: House) -> None:
    dba = Person("slack", "U7", "Dan")
    ruled = under(house, rules=(Rule(Scope(services=frozenset({"catalog"})), frozenset({dba.identity})),))
    assert (await say(ruled, "stop", dba)).accepted
    assert (await say(ruled, "go", OWNER)).accepted


async def test_stop_and_go_say_who_and_why(house: House) -> None:
    answer = await say(house, "Stop we migrate the database")
    assert (answer.accepted, answer.text) == (
        True, "all actions are stopped by Ada (Slack): we migrate the database",
    )  # fmt: skip
    assert await stopped(house) == answer.text
    again = await say(house, "stop please", GRACE)
    assert (again.accepted, again.text) == (False, "all actions are stopped already")
    assert await stopped(house) == answer.text
    go = await house.desk.click(turn("go", GRACE))
    assert (go.accepted, go.text) == (True, "Grace (Telegram) lets actions run again")
    assert await stopped(house) == ""
    again = await say(house, "go", OWNER)
    assert (again.accepted, again.text) == (False, "actions are not stopped")
    history = await trail(house.store)
    assert (history.broken, history.deeds) == (0, ["stop", "refuse", "go", "refuse"])


async def test_a_reason_of_any_length_is_cut(house: House) -> None:
    await say(house, f"stop {'x' * 500}", id_="long")
    assert await stopped(house) == f"all actions are stopped by Ada (Slack): {'x' * 200}"


async def test_a_replay_gets_the_same_answer_and_turns_nothing(house: House, rival: SqlStore) -> None:
    other = under(house, rival)
    answers: list[Answer] = []
    for verb in ("stop", "go"):
        desks = (house.desk, other.desk)
        answers += await asyncio.gather(*(desks[place % 2].click(turn(verb)) for place in range(10)))
    answers.append(await house.desk.click(turn("stop")))  # Slack delivers it once more, after the go
    assert await stopped(house) == ""
    assert len(accepted(answers)) == len(answers)
    assert len({one.text for one in answers}) == 2
    assert answers[-1] == answers[0]
    assert (await trail(house.store)).deeds == ["stop", "go"]


async def test_of_many_who_stop_at_once_one_does(house: House, rival: SqlStore) -> None:
    desks = (house.desk, under(house, rival).desk)
    answers = await asyncio.gather(
        *(desks[place % 2].click(turn("stop", PEOPLE[place % 3], f"press-{place}")) for place in range(12))
    )
    (won,) = accepted(answers)
    assert await stopped(house) == won.text


async def test_every_open_incident_hears_of_it(house: House) -> None:
    for name in ("a", "b"):
        await saved(house.store, make.incident(id=name, due=frozenset()))
    await saved(house.store, make.incident(id="c", state="acting", due=frozenset()))
    await saved(house.store, make.incident(id="d", state="resolved", due=frozenset()))
    house.clock.advance(60)
    await say(house, "stop enough")
    await say(house, "go")
    told = ["All actions are stopped by Ada (Slack): enough", "Ada (Slack) lets actions run again"]
    for name, heard in {"a": told, "b": told, "c": told, "d": []}.items():
        assert await events(house, "stopped", "resumed", name=name) == heard
    async with house.store.read() as unit:
        assert await unit.incidents.due("offer") == ["a", "b"]
    for publish in house.publish:
        await publish()
    threads = [texts for ref in house.slack.roots if (texts := house.slack.texts(ref))]
    assert threads == [told] * 3


async def test_while_stopped_buttons_are_taken_back_and_refused_and_go_offers_anew(house: House) -> None:
    first = await offered(house)
    await say(house, "stop")
    refused = await house.desk.click(click(first))
    assert (refused.accepted, refused.text) == (False, "not now: all actions are stopped by Ada (Slack)")
    await house.offer()
    assert [one.state for one in await proposals(house)] == ["void"]
    assert await events(house, "withdrawn") == ["Withdrawn: roll back payments to v1; it must not be done now"]
    assert "Not offered, roll back payments to v1: all actions are stopped by Ada (Slack)" in await events(
        house, "refused"
    )
    late = await house.desk.click(click(first, GRACE))
    assert (late.accepted, late.text) == (False, "already void")
    await say(house, "go")
    await house.offer()
    (new,) = await proposals(house, "pending")
    assert new.id != first.id
    assert (await house.desk.click(click(new))).accepted
    assert await house.execute() == 1
    assert len(house.actuator.effects) == 1


async def test_a_no_counts_also_while_stopped(house: House) -> None:
    proposal = await offered(house)
    await say(house, "stop")
    assert (await house.desk.click(click(proposal, verb="reject"))).accepted


async def test_what_waited_for_its_run_ends_as_not_done(house: House) -> None:
    await approved(house)
    await say(house, "stop enough", GRACE)
    assert await house.execute() == 1
    (execution,) = await executions(house)
    assert (execution.state, house.actuator.effects) == ("failed", [])
    assert execution.error == "nothing was done: all actions are stopped by Grace (Telegram): enough"
    assert (await house.dossier()).incident.state == "open"
    assert await house.execute() == 0
    await say(house, "go", GRACE)
    await house.offer()
    assert len(await proposals(house, "pending")) == 1  # what did nothing needs no rest


async def test_a_run_that_has_begun_is_told_of(house: House) -> None:
    slow = Slow(house.states)
    house = House(house.store, house.clock, house.values, house.states, actuator_=slow)
    await approved(house)
    running = asyncio.ensure_future(house.execute())
    await slow.begun.wait()
    answer = await say(house, "stop")
    assert answer.text == "all actions are stopped by Ada (Slack); 1 that had begun cannot be called back"
    slow.go_on.set()
    assert await running == 1
    (execution,) = await executions(house)
    assert (execution.state, len(slow.effects)) == ("done", 1)


async def test_standing_approvals_do_nothing_while_stopped(house: House) -> None:
    await granted(house)
    again = await alike(house, "again")
    await say(house, "stop")
    assert await house.stand() == 0
    await say(house, "go")
    assert await house.stand() == 1
    assert (await proposals(house, None, "again"))[0].id == again.id


async def test_status_and_digest_say_it(house: House) -> None:
    await say(house, "stop enough")
    status = await say(house, "status")
    assert status.text == "All quiet; all actions are stopped by Ada (Slack): enough"
    assert status.card is not None
    assert status.card.tone == "warning"
    digest = await house.digest.card()
    assert ("Stopped", ("all actions are stopped by Ada (Slack): enough",)) in [
        (section.heading, section.lines) for section in digest.sections
    ]
    await say(house, "go")
    assert (await say(house, "status", id_="later")).text == "All quiet"
    assert (await house.digest.card()).title == "Digest: a quiet day, nothing to report"
