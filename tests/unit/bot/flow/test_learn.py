from bot.domain.execution import Outcome, Result
from tests import builders as make
from tests.builders import T
from tests.flow.house import House
from tests.unit.bot.flow.cases import offered, saved


async def ended(house: House, place: int, result: Result = "recovered", *, reopened: float | None = None) -> Outcome:
    """An incident of hours ago whose roll-back had this result."""
    name, at = f"i{place}", T - 9000.0 + 100.0 * place
    proposal = make.proposal(f"p{place}", incident_id=name)
    done = make.execution(f"x{place}", proposal.id, incident_id=name, created_at=at)
    found = make.outcome(execution_id=done.id, incident_id=name, result=result, at=at)
    back = [make.event("reopened", incident_id=name, at=at + reopened)] if reopened is not None else []
    await saved(house.store, make.incident(id=name, state="resolved"), *back)
    async with house.store.unit() as unit:
        await unit.ledger.offer(proposal)
        await unit.ledger.claim(make.approved(proposal, T), done)
        await unit.ledger.judge(found)
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


async def test_the_next_proposal_says_what_is_known(house: House) -> None:
    for place in range(3):
        await ended(house, place, "recovered" if place else "worse")
    await house.learn()
    assert (await offered(house)).prior == "helped 2 of 3 times (few data)"
