import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.dossier import Dossier
from bot.domain.execution import Course, Outcome, Result
from bot.domain.render import Renderer
from bot.flow.learn import MEMORY
from bot.store.store import SqlStore
from bot.store.tables import executions
from tests import builders as make
from tests.builders import T
from tests.flow.house import House
from tests.unit.bot.flow.cases import INCIDENT, executed, investigated, offered, proposals, saved


async def ended(
    house: House, place: int, result: Result = "recovered", *, reopened: float | None = None, **over: Any
) -> Outcome:
    """An incident of hours ago whose action, a roll-back, had this result."""
    name, at = f"i{place}", T - 9000.0 + 100.0 * place
    proposal = make.proposal(f"p{place}", incident_id=name)
    done = make.execution(f"x{place}", proposal.id, incident_id=name, created_at=at)
    found = make.outcome(execution_id=done.id, incident_id=name, result=result, at=at, **over)
    back = [make.event("reopened", incident_id=name, at=at + reopened)] if reopened is not None else []
    await saved(house.store, make.incident(id=name, state="resolved"), *back)
    async with house.store.unit() as unit:
        await unit.ledger.offer(proposal)
        await unit.ledger.claim(make.approved(proposal, T), done)
        began = {"state": "done", "started_at": at}
        await unit._connection.execute(update(executions).where(executions.c.id == done.id).values(**began))
        await unit.ledger.judge(found)
    return found


async def courses(house: House) -> Sequence[Course]:
    async with house.store.read() as unit:
        return await unit.ledger.courses()


async def shown(house: House) -> Dossier:
    async with house.store.read() as unit:
        found = await unit.incidents.dossier(INCIDENT)
    assert found is not None
    return found


async def lessons(house: House, place: int) -> list[str]:
    async with house.store.read() as unit:
        return [one.text for one in await unit.incidents.events(f"i{place}") if one.kind == "learned"]


async def test_every_outcome_is_a_lesson_once(house: House) -> None:
    results: list[Result] = ["recovered", "not_recovered", "unclear", "recovered"]
    for place, result in enumerate(results):
        await ended(house, place, result)
    assert await house.learn() == 4
    assert await house.learn() == 0
    words = "Learned: rollback for payments:http_error_ratio helped 2 of 3 times (few data)"
    assert [await lessons(house, place) for place in range(4)] == [[words]] * 4


async def test_a_recovery_that_did_not_last_counts_as_none(house: House) -> None:
    await ended(house, 0, reopened=60)
    await ended(house, 1)
    await house.learn()
    assert "helped 1 of 2 times" in (await lessons(house, 1))[0]


async def test_how_an_incident_went_without_an_action_is_noted_once(house: House, rival: SqlStore) -> None:
    await offered(house)
    assert await house.learn() == 0
    assert await courses(house) == []
    house.clock.advance(60)
    other = replace(house.learn, store=rival)
    await asyncio.gather(house.learn(), other(), house.learn(), other())
    house.clock.advance(600)
    await house.learn()
    wanted = Course(INCIDENT, "payments:http_error_ratio", "deployment", recovered=False, at=T + 120)
    assert await courses(house) == [wanted]


@pytest.mark.parametrize(("reopened", "recovered"), [(None, True), (1.0, False), (1799.0, False), (1801.0, True)])
async def test_what_recovered_by_itself_and_stayed_well_counts(
    house: House, reopened: float | None, recovered: bool
) -> None:
    """Also when it came back before anybody asked."""
    await offered(house)
    house.clock.advance(30)
    at = house.clock.now()
    facts = [make.event("resolved", at=at)] + ([make.event("reopened", at=at + reopened)] if reopened else [])
    ended = replace((await house.dossier()).incident, state="resolved")
    await saved(house.store, ended, *facts)
    house.clock.advance(7200)
    await house.learn()
    assert [(one.recovered, one.at) for one in await courses(house)] == [(recovered, at)]


async def test_an_action_leaves_the_question_open(house: House) -> None:
    await executed(house)
    await house.learn()
    house.clock.advance(600)
    await house.learn()
    assert [one.recovered for one in await courses(house)] == [None]


async def test_what_is_a_day_old_is_not_asked_about_any_more(house: House) -> None:
    await offered(house)
    house.clock.advance(MEMORY)
    await house.learn()
    assert await courses(house) == []


async def test_the_proposal_says_how_it_went_with_and_without_an_action(house: House) -> None:
    await ended(house, 0)
    for place, recovered in enumerate((True, False, False)):
        await saved(house.store, make.incident(id=f"c{place}", state="resolved"))
        async with house.store.unit() as unit:
            await unit.ledger.left_alone(make.course(incident_id=f"c{place}", recovered=recovered))
    assert (await offered(house)).prior == "helped 1 of 1 times; without action 1 of 3 recovered (few data)"


@pytest.mark.parametrize(
    ("results", "first"),
    [
        ([], "rollback"),
        ([("restart", "recovered")], "restart"),
        ([("rollback", "recovered"), ("restart", "worse")], "rollback"),
        ([("rollback", "worse"), ("rollback", "worse")], "restart"),
    ],
    ids=["nothing is known", "a restart helped", "a roll-back helped", "roll-backs did not help"],
)
async def test_what_helped_before_is_offered_first(house: House, results: list[tuple[str, Result]], first: str) -> None:
    for place, (verb, result) in enumerate(results):
        await ended(house, place, result, verb=verb, kind="crash")
    await investigated(house, suspects=(make.suspect(cause="crash"),))
    house.clock.advance(60)
    await house.offer()
    ranked = sorted(await proposals(house, "pending"), key=lambda one: one.place)
    assert [one.place for one in ranked] == [0, 1]
    assert ranked[0].plan.action.verb == first
    assert {one.plan.action.verb for one in ranked} == {"rollback", "restart"}
    buttons = Renderer(UTC).incident(await shown(house)).buttons
    assert [button.subject for button in buttons if button.verb == "approve"] == [one.id for one in ranked]


async def test_the_next_proposal_says_what_is_known(house: House) -> None:
    for place in range(3):
        await ended(house, place, "recovered" if place else "worse")
    await house.learn()
    assert (await offered(house)).prior == "helped 2 of 3 times (few data)"
