"""What the machine is made of: people, policies, what the target did, and a count of the rows."""

import os
from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import select

from actions.guard import Limits
from actions.model import Action
from bot.domain.calendar import Calendar, Entry, Span
from bot.domain.execution import Execution
from bot.domain.people import Person
from bot.domain.policy import Policy
from bot.domain.proposals import Proposal
from bot.store.store import SqlStore
from bot.store.tables import executions, standings
from tests.trail import trail

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""A folder in memory: what dies here is a process and never the machine, so thousands of commits need no disk."""

PEOPLE = (
    Person("slack", "U1", "Ada"),
    Person("slack", "U2", "Bo"),
    Person("telegram", "1001", "Cy"),
    Person("web", "owner", "Di"),
    Person("slack", "U666", "Mallory"),
)
KNOWN = frozenset(person.identity for person in PEOPLE[:4])
LIMITS = {"payments": Limits(cooldown=30, max_per_hour=50), "catalog": Limits(cooldown=30, max_per_hour=50)}
USUAL = Policy(KNOWN, expires_after=600, limits=LIMITS)
FROZEN = Calendar(freezes=(Entry(Span("always")),))
POLICIES = (
    USUAL,
    replace(USUAL, approvers=KNOWN - {"slack:U1"}),
    replace(USUAL, two_people_for=frozenset({"restart", "rollback"})),
    replace(USUAL, limits={"payments": Limits(min_healthy=1, cooldown=30), "catalog": Limits(cooldown=30)}),
    replace(USUAL, calendar=FROZEN),
    replace(USUAL, standing_until=None),
)
SERVICES = ("payments", "catalog")


@dataclass(frozen=True)
class Effect:
    """What the target did, and what held at that moment."""

    execution_id: str
    action: Action
    policy: Policy
    at: float
    stopped: bool
    version: str


async def behind(store: SqlStore, execution_id: str) -> tuple[Proposal, Execution]:
    """What stands behind an effect: what was proposed, and its run."""
    async with store.read() as unit:
        rows = await unit.ledger.executed_since(0.0)
    return next((proposal, run) for run, proposal in rows if run.id == execution_id)


async def tally(store: SqlStore) -> tuple[Counter[str], Counter[str], Counter[str], Counter[str], int]:
    """How many rows there are: deeds in the audit, facts on timelines, proposals and runs by state, uses in advance."""
    history = await trail(store)
    assert history.broken == 0
    async with store.read() as unit:
        live = await unit.incidents.recent(1000)
        events = [event for one in live for event in await unit.incidents.events(one.id)]
        offered = [one for each in live for one in await unit.ledger.of_incident(each.id)]
        connection = unit._connection
        runs = (await connection.execute(select(executions.c.state))).scalars().all()
        used = (await connection.execute(select(standings.c.used))).scalars().all()
    facts = Counter[str](event.kind for event in events)
    facts["in advance"] = sum(bool(yes.standing) for one in offered for yes in one.approvals)
    return Counter(history.deeds), facts, Counter(one.state for one in offered), Counter(runs), sum(used)
