import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain import approval
from bot.domain.execution import Execution
from bot.domain.proposals import Proposal
from bot.flow.claim import claim
from bot.store.store import SqlStore
from bot.store.tables import audit
from tests import builders as make
from tests.flow.house import House
from tests.trail import trail
from tests.unit.bot.flow.cases import INCIDENT, PEOPLE, events, executions, offered, proposals

ADA = PEOPLE[0]


async def claimed(house: House, proposal: Proposal, store: SqlStore | None = None, **over: Any) -> bool:
    """Ada's yes, in a unit of its own."""
    signed = replace(approval.signed(proposal, ADA, house.clock.now()), **over)
    async with (store or house.store).unit() as unit:
        await unit.ledger.proposal(proposal.id)
        incident = await unit.incidents.get(proposal.incident_id)
        assert incident is not None
        fact = make.event("granted", "Ada approved every roll-back", incident_id=incident.id)
        return await claim(unit, incident, signed, {"surface": "slack"}, fact)


async def test_a_yes_becomes_an_approved_proposal_and_a_queued_execution(house: House) -> None:
    proposal = await offered(house)
    second = make.proposal("p2", incident_id=INCIDENT, digest="e" * 64, expires_at=proposal.expires_at)
    async with house.store.unit() as unit:
        await unit.ledger.offer(second)
    assert await claimed(house, proposal)
    now = house.clock.now()
    kept = {one.id: one for one in await proposals(house)}
    one = kept[proposal.id]
    assert (one.state, one.decided_by, one.decided_at) == ("approved", ADA.words, now)
    assert [yes.identity for yes in one.approvals] == [ADA.identity]
    assert kept["p2"].state == "void"
    (execution,) = await executions(house)
    assert execution == Execution(execution.id, proposal.id, INCIDENT, "queued", now)
    assert (await house.dossier()).incident.state == "acting"
    assert await events(house, "approved", "granted", "withdrawn") == [
        "Approved by Ada (Slack)",
        "Ada approved every roll-back",
        "Withdrawn: roll back payments to v1; another one was approved",
    ]
    history = await trail(house.store)
    assert (history.broken, history.rows[1:]) == (
        0, [(ADA.identity, "approve", proposal.id), ("steward", "void", "p2")],
    )  # fmt: skip
    async with house.store.read() as unit:
        detail = (await unit._connection.execute(select(audit.c.detail).where(audit.c.what == "approve"))).scalar_one()
    assert json.loads(detail) == {"surface": "slack"}


@pytest.mark.parametrize(
    ("wait", "over"),
    [(600.0, {}), (0.0, {"digest": "0" * 64}), (0.0, {"id": "no-such-id"})],
    ids=["expired", "another digest", "not there"],
)
async def test_what_cannot_be_claimed_writes_nothing(house: House, wait: float, over: dict[str, Any]) -> None:
    proposal = await offered(house)
    before, rows = await house.dossier(), (await trail(house.store)).rows
    house.clock.advance(wait)
    assert not await claimed(house, proposal, **over)
    assert await house.dossier() == before
    assert (await trail(house.store)).rows == rows


async def test_of_many_who_claim_at_once_one_does(house: House, rival: SqlStore) -> None:
    proposal = await offered(house)
    stores = (house.store, rival)
    answers = await asyncio.gather(*(claimed(house, proposal, stores[place % 2]) for place in range(20)))
    assert sum(answers) == 1
    assert len(await executions(house)) == 1
    assert (await trail(rival)).deeds == ["propose", "approve"]
    assert await events(house, "approved") == ["Approved by Ada (Slack)"]


async def test_an_incident_that_is_not_open_keeps_its_state(house: House) -> None:
    proposal = await offered(house)
    async with house.store.unit() as unit:
        one = await unit.incidents.get(INCIDENT)
        assert one is not None
        await unit.incidents.save(replace(one, state="verifying"))
    assert await claimed(house, proposal)
    after = (await house.dossier()).incident
    assert (after.state, after.version) == ("verifying", one.version + 1)
