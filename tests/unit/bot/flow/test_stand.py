import asyncio
from dataclasses import replace
from typing import Any

import pytest

from actions.guard import Limits
from bot.domain.calendar import Calendar, Entry, Span
from bot.domain.moments import flat
from bot.domain.people import Click, Person
from bot.domain.policy import Rule
from bot.domain.scope import Scope
from bot.domain.standing import Standing
from bot.store.store import SqlStore
from tests import builders as make
from tests.fakes.actuator import state
from tests.fakes.clock import FakeClock
from tests.flow.house import APPROVERS, House
from tests.trail import trail
from tests.unit.bot.flow.cases import (
    HOUR,
    INCIDENT,
    PEOPLE,
    alike,
    click,
    events,
    granted,
    offered,
    proposals,
    recovered,
    say,
    standing,
    under,
)

ADA, GRACE, OWNER = PEOPLE
MORNING = make.T + 86_400.0
"""The next eight o'clock: the clock starts at eight in the morning, UTC."""


def revoke(given: Standing, person: Person = ADA, id_: str = "") -> Click:
    return Click(id_ or f"{person.identity}/revoke/{given.id}", person, "revoke", given.id, "")


async def yeses(house: House, name: str) -> list[tuple[str, str, str]]:
    given = [yes for one in await proposals(house, None, name) for yes in one.approvals]
    return [(yes.identity, yes.words, yes.standing) for yes in given]


async def test_the_click_approves_this_one_and_the_like_of_it_until_a_time(house: House) -> None:
    given = await granted(house)
    assert (given.verb, given.target.service, given.identity, given.used) == ("rollback", "payments", "slack:U1", 1)
    assert (given.until, given.ended) == (MORNING, "")
    assert await events(house, "granted") == ["Ada (Slack) approved every rollback of payments until 08:00"]
    assert len(house.actuator.effects) == 1
    again = await alike(house, "again")
    assert await house.stand() == 1
    assert await house.stand() == 0
    assert await yeses(house, "again") == [("slack:U1", "Ada (Slack), in advance", given.id)]
    assert await house.execute() == 1
    assert len(house.actuator.effects) == 2
    assert (await standing(house, given.id)).used == 2
    assert await events(house, "approved", name="again") == ["Approved by Ada (Slack), in advance"]
    history = await trail(house.store)
    assert history.broken == 0
    assert history.rows[1:3] == [("slack:U1", "approve", history.rows[0][2]), ("slack:U1", "grant", given.id)]
    assert history.rows[-3] == ("slack:U1", "approve", again.id)
    assert history.deeds[-2:] == ["begin", "done"]


async def test_those_that_hold_are_listed_with_a_button_to_revoke_each(house: House) -> None:
    nothing = await say(house, "standing")
    assert nothing.text == "No standing approval: every action waits for a click"
    given = await granted(house)
    listed = await say(house, "standing", GRACE)
    assert listed.card is not None
    (section,) = listed.card.sections
    assert tuple(map(flat, section.lines)) == ("every rollback of payments until 08:00, by Ada (Slack), used 1 time",)
    (button,) = listed.card.buttons
    assert (button.verb, button.label, button.subject) == ("revoke", "Revoke: rollback of payments", given.id)
    digest = await house.digest.card()
    assert section in digest.sections
    answer = await house.desk.click(Click("c9", GRACE, button.verb, button.subject, button.digest))
    assert answer.accepted
    assert (await say(house, "standing", OWNER)).text == nothing.text


@pytest.mark.parametrize(("early", "covered"), [(0.001, 1), (0.0, 0), (-0.001, 0)])
async def test_it_ends_at_its_time_to_the_millisecond(house: House, early: float, covered: int) -> None:
    given = await granted(house)
    await alike(house, "again", MORNING - 60 - house.clock.now())
    house.clock.advance(60 - early)
    assert await house.stand() == covered
    late = await house.desk.click(revoke(given))
    assert late.accepted is bool(covered)
    assert covered or late.text == "it holds no more: its time is over"


async def test_the_stores_clock_decides_when_it_ends(house: House, ready_url: str) -> None:
    """The process's own clock may be an hour off."""
    await granted(house)
    await alike(house, "again", MORNING - 60 - house.clock.now())
    ahead = SqlStore(ready_url, lambda: house.clock.now() + 61)
    assert await replace(house.stand, store=ahead)() == 0
    await ahead.close()
    assert await replace(house.stand, clock=FakeClock(MORNING + HOUR))() == 1


@pytest.mark.parametrize(
    "over",
    [
        pytest.param({"approvers": APPROVERS - {ADA.identity}}, id="the giver was removed"),
        pytest.param({"rules": (Rule(Scope(), frozenset({GRACE.identity})),)}, id="a rule names others"),
        pytest.param({"two_people_for": frozenset({"rollback"})}, id="two people for the verb"),
        pytest.param({"rules": (Rule(Scope(), APPROVERS, 2),)}, id="two people by a rule"),
        pytest.param({"standing_until": None}, id="none by the config"),
    ],
)
async def test_by_the_rules_of_now_it_may_cover_nothing(house: House, over: dict[str, Any]) -> None:
    await granted(house)
    after = under(house, **over)
    await alike(after, "again")
    assert await after.stand() == 0
    assert len(await proposals(after, "pending", "again")) == 1
    before = under(after, **{name: getattr(house.policy, name) for name in over})
    assert await before.stand() == (1 if "standing_until" in over else 0)  # the others broke the seal


async def test_what_was_offered_under_other_rules_waits_for_a_new_offer(house: House) -> None:
    await granted(house)
    await alike(house, "again")
    after = under(house, limits={"payments": Limits(cooldown=60, max_replicas=5)})
    assert await after.stand() == 0


@pytest.mark.parametrize("reason", ["switch", "freeze", "pace"])
async def test_it_opens_no_gate(house: House, reason: str) -> None:
    await granted(house)
    await alike(house, "again", 90.0)
    if reason == "switch":
        await say(house, "stop")
    calendar = Calendar(freezes=[Entry(Span("always"))]) if reason == "freeze" else Calendar()
    closed = under(house, calendar=calendar, max_per_hour=1 if reason == "pace" else 20)
    assert await closed.stand() == 0
    assert (await proposals(house, None, "again"))[0].state == "pending"
    if reason == "switch":
        await say(house, "go")
    assert await house.stand() == 1


@pytest.mark.parametrize(
    ("over", "states"),
    [
        pytest.param({"suspects": (make.suspect(service="catalog"),)}, {"catalog": ("v1", "v2")}, id="another service"),
        pytest.param({"suspects": (make.suspect(cause="leak"),)}, {}, id="another verb"),
    ],
)
async def test_it_covers_nothing_else(house: House, over: dict[str, Any], states: dict[str, tuple[str, ...]]) -> None:
    await granted(house)
    for service, revisions in states.items():
        house.actuator.states[service] = state(*revisions, at=house.clock.now())
    other = await alike(house, "again", **over)
    assert (other.plan.action.verb, other.plan.action.target.service) != ("rollback", "payments")
    assert await house.stand() == 0


async def test_it_does_not_cover_the_same_service_on_another_target(house: House) -> None:
    given = await granted(house)
    moved = House(house.store, house.clock, house.values, house.states, house.policy, house.actuator)
    there = replace(given.target, options={"host": "another"})
    moved.offer = replace(house.offer, fleet=replace(house.fleet, targets={**house.fleet.targets, "payments": there}))
    await alike(moved, "again")
    assert await moved.stand() == 0


async def test_what_is_of_high_risk_has_no_such_button_and_is_never_covered(house: House) -> None:
    await granted(house)
    pending = await alike(house, "again")
    assert pending.standing_until is not None
    risky = replace(pending, id="risky", risk="high", standing_until=None)
    async with house.store.unit() as unit:
        await unit.ledger.settle(pending, "void")
        await unit.ledger.offer(risky)
    assert await house.stand() == 0
    answer = await house.desk.click(click(risky, verb="stand"))
    assert (answer.accepted, "cannot be approved in advance" in answer.text) == (False, True)


@pytest.mark.parametrize("case", ["recovered", "acting", "signed"])
async def test_only_an_open_undecided_wound_is_acted_on(house: House, case: str) -> None:
    await granted(house)
    pending = await alike(house, "again")
    async with house.store.unit() as unit:
        one = await unit.incidents.get("again")
        assert one is not None
        quiet = {key: replace(signal, firing=False) for key, signal in one.signals.items()}
        changed = {"recovered": replace(one, signals=quiet), "acting": replace(one, state="acting"), "signed": one}
        await unit.incidents.save(changed[case])
        if case == "signed":
            await unit.ledger.settle(replace(make.approved(pending, house.clock.now()), state="pending"), "pending")
    assert await house.stand() == 0


async def test_of_two_processes_one_approves(house: House, rival: SqlStore) -> None:
    given = await granted(house)
    await alike(house, "again")
    other = under(house, rival)
    counts = await asyncio.gather(*((house, other)[place % 2].stand() for place in range(8)))
    assert sum(counts) == 1
    await asyncio.gather(house.execute(), other.execute())
    assert len(house.actuator.effects) == 2
    assert (await standing(house, given.id)).used == 2


async def test_it_covers_a_third_and_a_fourth(house: House) -> None:
    given = await granted(house)
    for place in range(3):
        name = f"again-{place}"
        await alike(house, name)
        assert await house.stand() == 1
        await house.execute()
        await recovered(house, name)
    assert (await standing(house, given.id)).used == 4
    assert len(house.actuator.effects) == 4


@pytest.mark.parametrize("over", [{"two_people_for": frozenset({"rollback"})}, {"standing_until": None}])
async def test_where_it_may_not_be_given_there_is_no_button(house: House, over: dict[str, Any]) -> None:
    strict = under(house, **over)
    proposal = await offered(strict)
    assert proposal.standing_until is None
    answer = await strict.desk.click(click(proposal, verb="stand"))
    assert not answer.accepted
    async with strict.store.read() as unit:
        assert await unit.standings.valid() == []
    assert [one.state for one in await proposals(strict, None, INCIDENT)] == ["pending"]
