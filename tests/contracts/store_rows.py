"""Rows that the contract of the store begins from."""

from typing import Any

from bot.domain.execution import Execution
from bot.domain.proposals import Proposal
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T

INCIDENT = make.incident().id


async def offered(store: SqlStore, **over: Any) -> Proposal:
    proposal = make.proposal(**over)
    async with store.unit() as unit:
        await unit.incidents.save(make.incident())
        await unit.ledger.offer(proposal)
    return proposal


def execution(number: int = 1) -> Execution:
    return make.execution(f"x{number}", state="queued", started_at=None, finished_at=None, fence=0)


async def queued(store: SqlStore) -> Execution:
    proposal = await offered(store)
    async with store.unit() as unit:
        assert await unit.ledger.claim(make.approved(proposal, T), execution())
        (found,) = await unit.ledger.queued()
    return found


async def running(store: SqlStore, lease: float = 50.0) -> Execution:
    waiting = await queued(store)
    async with store.unit() as unit:
        found = await unit.ledger.begin(waiting, lease)
    assert found is not None
    return found
