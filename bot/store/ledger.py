"""The action ledger: compare-and-set rows, and leases on the store's clock.

Every move is one UPDATE whose WHERE names the state it expects; one row changed is the only yes.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Exists, Row, Select, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.execution import Course, Execution, ExecutionState, Outcome
from bot.domain.halt import Stop
from bot.domain.proposals import Proposal, ProposalState
from bot.store import codec
from bot.store.rows import add_new, locked, take_turns
from bot.store.tables import courses, executions, incidents, outcomes, proposals, stops, timeline

HELD = 1800.0
"""Seconds that a recovery must last to count as one."""

REMEMBERED = 1000
"""Outcomes that are looked at: with a decay of 0.99 the others weigh nothing."""

ACTING = 7_312_004
"""The key of the lock under which runs begin."""

ALL = "actions"
"""What the only switch so far stops."""


class LedgerRows:
    """The Ledger port over SQL."""

    def __init__(self, connection: AsyncConnection, clock: ColumnElement[float]) -> None:
        self._connection = connection
        self._clock = clock

    async def offer(self, proposal: Proposal) -> None:
        """Writes a new proposal."""
        row = {
            "id": proposal.id,
            "incident_id": proposal.incident_id,
            "service": proposal.plan.action.target.service,
            "digest": proposal.digest,
            "state": proposal.state,
            "created_at": proposal.created_at,
            "expires_at": proposal.expires_at,
            "body": codec.dump(proposal),
        }
        await self._connection.execute(insert(proposals).values(**row))

    async def proposal(self, proposal_id: str) -> Proposal | None:
        """One proposal, locked until the unit ends; its incident first, so that nobody waits in a circle."""
        both = incidents.join(proposals, proposals.c.incident_id == incidents.c.id)
        query = select(proposals.c.body).select_from(both).where(proposals.c.id == proposal_id)
        body = (await self._connection.execute(locked(self._connection, query))).scalar_one_or_none()
        return None if body is None else codec.load(Proposal, body)

    async def pending(self) -> Sequence[Proposal]:
        """All that wait for a decision."""
        return await self._proposals(select(proposals.c.body).where(proposals.c.state == "pending"))

    async def of_incident(self, incident_id: str) -> Sequence[Proposal]:
        """The proposals of an incident, newest first."""
        query = select(proposals.c.body).where(proposals.c.incident_id == incident_id)
        return await self._proposals(query.order_by(proposals.c.created_at.desc()))

    async def claim(self, proposal: Proposal, execution: Execution) -> bool:
        """Approves and queues in one statement that holds only while the row is pending, unchanged and unexpired."""
        statement = (
            update(proposals)
            .where(proposals.c.id == proposal.id, proposals.c.digest == proposal.digest)
            .where(proposals.c.state == "pending", proposals.c.expires_at > self._clock)
            .values(state="approved", body=codec.dump(replace(proposal, state="approved")))
        )
        if (await self._connection.execute(statement)).rowcount != 1:
            return False
        row = {
            "id": execution.id,
            "proposal_id": proposal.id,
            "incident_id": proposal.incident_id,
            "state": "queued",
            "fence": 0,
            "created_at": execution.created_at,
            "error": "",
            "verified": False,
        }
        await self._connection.execute(insert(executions).values(**row))
        return True

    async def settle(self, proposal: Proposal, state: ProposalState) -> bool:
        """Ends a pending proposal in another way, or stores a first approval; False when it was no longer pending."""
        statement = (
            update(proposals)
            .where(proposals.c.id == proposal.id, proposals.c.state == "pending")
            .values(state=state, body=codec.dump(replace(proposal, state=state)))
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def queued(self) -> Sequence[Execution]:
        """Executions that wait to be run, oldest first."""
        return await self._executions(select(executions).where(executions.c.state == "queued"))

    async def begin(self, execution: Execution, lease: float) -> Execution | None:
        """Takes a queued execution for so many seconds with the next fence; None when somebody else has it."""
        statement = (
            update(executions)
            .where(executions.c.id == execution.id, executions.c.state == "queued")
            .values(
                state="running",
                fence=executions.c.fence + 1,
                lease_until=self._clock + lease,
                started_at=self._clock,
            )
            .returning(*executions.c)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else _execution(row)

    async def renew(self, execution: Execution, lease: float) -> bool:
        """Begins a new lease of so many seconds; False when the old one is over or the fence is stale."""
        statement = (
            update(executions)
            .where(executions.c.id == execution.id, executions.c.state == "running")
            .where(executions.c.fence == execution.fence, executions.c.lease_until >= self._clock)
            .values(lease_until=self._clock + lease)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def finish(self, execution: Execution, state: ExecutionState, error: str = "") -> bool:
        """Ends a running execution; False when its fence is stale."""
        statement = (
            update(executions)
            .where(executions.c.id == execution.id, executions.c.state == "running")
            .where(executions.c.fence == execution.fence)
            .values(state=state, error=error, finished_at=self._clock, lease_until=None)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def adopt(self, lease: float) -> Sequence[Execution]:
        """Takes over running executions whose lease is over, each with the next fence."""
        statement = (
            update(executions)
            .where(executions.c.state == "running", executions.c.lease_until < self._clock)
            .values(fence=executions.c.fence + 1, lease_until=self._clock + lease)
            .returning(*executions.c)
        )
        return [_execution(row) for row in await self._connection.execute(statement)]

    async def unverified(self) -> Sequence[Execution]:
        """Executions that are done and whose effect is not judged yet."""
        return await self._executions(
            select(executions).where(executions.c.state == "done", executions.c.verified.is_(False))
        )

    async def judge(self, outcome: Outcome) -> bool:
        """Stores an outcome and marks its execution verified; False when that was done before."""
        row = {
            "execution_id": outcome.execution_id,
            "incident_id": outcome.incident_id,
            "at": outcome.at,
            "learned": False,
            "body": codec.dump(outcome),
        }
        if await add_new(self._connection, outcomes, [row]) != 1:
            return False
        mark = update(executions).where(executions.c.id == outcome.execution_id).values(verified=True)
        await self._connection.execute(mark)
        return True

    async def outcomes(self) -> Sequence[Outcome]:
        """The newest thousand, oldest first; one whose incident came back soon after is given as not recovered."""
        again = _came_back(outcomes.c.incident_id, outcomes.c.at)
        query = select(outcomes.c.body, again.label("again")).order_by(outcomes.c.at.desc()).limit(REMEMBERED)
        found = [(codec.load(Outcome, row.body), row.again) for row in await self._connection.execute(query)][::-1]
        return [
            replace(one, result="not_recovered") if back and one.result == "recovered" else one for one, back in found
        ]

    async def left_alone(self, course: Course) -> bool:
        """Stores how an incident went without an action; False when that is stored already."""
        row = {"incident_id": course.incident_id, "at": course.at, "body": codec.dump(course)}
        return await add_new(self._connection, courses, [row]) == 1

    async def courses(self) -> Sequence[Course]:
        """How the newest thousand incidents went without an action, oldest first; what came back has not recovered."""
        again = _came_back(courses.c.incident_id, courses.c.at)
        query = select(courses.c.body, again.label("again")).order_by(courses.c.at.desc()).limit(REMEMBERED)
        found = [(codec.load(Course, row.body), row.again) for row in await self._connection.execute(query)][::-1]
        return [replace(one, recovered=False) if back and one.recovered else one for one, back in found]

    async def untold(self, since: float) -> Sequence[str]:
        """The ids of incidents opened after `since` that were offered something and whose course is not stored."""
        offered = exists().where(proposals.c.incident_id == incidents.c.id)
        told = exists().where(courses.c.incident_id == incidents.c.id)
        query = select(incidents.c.id).where(incidents.c.opened_at > since, offered, ~told)
        return list((await self._connection.execute(query.order_by(incidents.c.opened_at))).scalars())

    async def unlearned(self) -> Sequence[Outcome]:
        """Outcomes that nobody drew a lesson from yet, oldest first."""
        query = select(outcomes.c.body).where(outcomes.c.learned.is_(False))
        return await self._outcomes(query.order_by(outcomes.c.at))

    async def learned(self, execution_id: str) -> bool:
        """Marks an outcome as learned from; False when somebody else did."""
        new = (outcomes.c.execution_id == execution_id) & outcomes.c.learned.is_(False)
        return (await self._connection.execute(update(outcomes).where(new).values(learned=True))).rowcount == 1

    async def outcomes_of(self, incident_id: str) -> Sequence[Outcome]:
        """The outcomes of an incident, oldest first."""
        query = select(outcomes.c.body).where(outcomes.c.incident_id == incident_id)
        return await self._outcomes(query.order_by(outcomes.c.at))

    async def executions_of(self, incident_id: str) -> Sequence[Execution]:
        """The executions of an incident, oldest first."""
        return await self._executions(select(executions).where(executions.c.incident_id == incident_id))

    async def executed_since(self, at: float) -> Sequence[tuple[Execution, Proposal]]:
        """Executions that began after `at` or are not over, with their proposals, oldest first."""
        began = func.coalesce(executions.c.started_at, executions.c.created_at)
        query = (
            select(*executions.c, proposals.c.body)
            .join(proposals, proposals.c.id == executions.c.proposal_id)
            .where((began > at) | executions.c.state.in_(("queued", "running")))
            .order_by(executions.c.created_at)
        )
        rows = await self._connection.execute(query)
        return [(_execution(row), codec.load(Proposal, row.body)) for row in rows]

    async def exclusive(self) -> None:
        """Until the unit ends nobody else may begin a run or turn the switch: else two could run on one target."""
        await take_turns(self._connection, ACTING)

    async def stopped(self) -> Stop | None:
        """Who stopped all actions; None while they may run."""
        body = (await self._connection.execute(select(stops.c.body).where(stops.c.what == ALL))).scalar_one_or_none()
        return None if body is None else codec.load(Stop, body)

    async def turn(self, stop: Stop | None) -> bool:
        """Stops all actions, or lets them run again; False when that is so already."""
        if stop is None:
            return (await self._connection.execute(delete(stops).where(stops.c.what == ALL))).rowcount == 1
        return await add_new(self._connection, stops, [{"what": ALL, "body": codec.dump(stop)}]) == 1

    async def _proposals(self, query: Select[str]) -> list[Proposal]:
        return [codec.load(Proposal, body) for body in (await self._connection.execute(query)).scalars()]

    async def _outcomes(self, query: Select[str]) -> list[Outcome]:
        return [codec.load(Outcome, body) for body in (await self._connection.execute(query)).scalars()]

    async def _executions(self, query: Select[Any]) -> list[Execution]:
        rows = await self._connection.execute(query.order_by(executions.c.created_at))
        return [_execution(row) for row in rows]


def _came_back(incident_id: ColumnElement[str], at: ColumnElement[float]) -> Exists:
    """Whether an incident was reopened too soon after this time."""
    return exists().where(
        timeline.c.incident_id == incident_id,
        timeline.c.kind == "reopened",
        timeline.c.at.between(at, at + HELD),
    )


def _execution(row: Row[*tuple[Any, ...]]) -> Execution:
    return Execution(
        id=row.id,
        proposal_id=row.proposal_id,
        incident_id=row.incident_id,
        state=row.state,
        created_at=row.created_at,
        fence=row.fence,
        started_at=row.started_at,
        finished_at=row.finished_at,
        error=row.error,
        verified=row.verified,
    )
