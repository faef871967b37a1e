"""The action ledger as the flow sees it: what was offered, approved, run and learned. Adapters raise StoreError."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.execution import Course, Execution, ExecutionState, Outcome
from bot.domain.halt import Stop
from bot.domain.proposals import Proposal, ProposalState
from bot.domain.standing import Standing


class Ledger(Protocol):
    """Proposals, executions and outcomes: compare-and-set rows on the store's clock."""

    async def offer(self, proposal: Proposal) -> None:
        """Writes a new proposal."""
        ...

    async def proposal(self, proposal_id: str) -> Proposal | None:
        """One proposal, locked with its incident until the unit ends."""
        ...

    async def pending(self) -> Sequence[Proposal]:
        """All that wait for a decision."""
        ...

    async def of_incident(self, incident_id: str) -> Sequence[Proposal]:
        """The proposals of an incident, newest first."""
        ...

    async def claim(self, proposal: Proposal, execution: Execution) -> bool:
        """Approves and queues in one statement that holds only while the row is pending, unchanged and unexpired."""
        ...

    async def settle(self, proposal: Proposal, state: ProposalState) -> bool:
        """Ends a pending proposal in another way, or stores a first approval; False when it was no longer pending."""
        ...

    async def queued(self) -> Sequence[Execution]:
        """Executions that wait to be run, oldest first."""
        ...

    async def begin(self, execution: Execution, lease: float) -> Execution | None:
        """Takes a queued execution for so many seconds with the next fence; None when somebody else has it."""
        ...

    async def renew(self, execution: Execution, lease: float) -> bool:
        """Begins a new lease of so many seconds; False when the old one is over or the fence is stale."""
        ...

    async def finish(self, execution: Execution, state: ExecutionState, error: str = "") -> bool:
        """Ends a running execution; False when its fence is stale."""
        ...

    async def adopt(self, lease: float) -> Sequence[Execution]:
        """Takes over running executions whose lease is over, each with the next fence."""
        ...

    async def unverified(self) -> Sequence[Execution]:
        """Executions that are done and whose effect is not judged yet."""
        ...

    async def judge(self, outcome: Outcome) -> bool:
        """Stores an outcome and marks its execution verified; False when that was done before."""
        ...

    async def outcomes(self) -> Sequence[Outcome]:
        """The newest thousand, oldest first; one whose incident came back soon after is given as not recovered."""
        ...

    async def left_alone(self, course: Course) -> bool:
        """Stores how an incident went without an action; False when that is stored already."""
        ...

    async def courses(self) -> Sequence[Course]:
        """How the newest thousand incidents went without an action, oldest first; what came back has not recovered."""
        ...

    async def untold(self, since: float) -> Sequence[str]:
        """The ids of incidents opened after `since` that were offered something and whose course is not stored."""
        ...

    async def unlearned(self) -> Sequence[Outcome]:
        """Outcomes that nobody drew a lesson from yet, oldest first."""
        ...

    async def learned(self, execution_id: str) -> bool:
        """Marks an outcome as learned from; False when somebody else did."""
        ...

    async def executed_since(self, at: float) -> Sequence[tuple[Execution, Proposal]]:
        """Executions that began after `at` or are not over, with their proposals, oldest first."""
        ...

    async def exclusive(self) -> None:
        """Until the unit ends nobody else may begin a run or turn the switch: else two could run on one target."""
        ...

    async def stopped(self) -> Stop | None:
        """Who stopped all actions; None while they may run."""
        ...

    async def turn(self, stop: Stop | None) -> bool:
        """Stops all actions, or lets them run again; False when that is so already."""
        ...


class Standings(Protocol):
    """Standing approvals: rows that hold until a time on the store's clock, or until somebody ends them."""

    async def give(self, standing: Standing) -> None:
        """Writes a new one."""
        ...

    async def get(self, standing_id: str) -> Standing | None:
        """One of them, locked until the unit ends."""
        ...

    async def valid(self) -> Sequence[Standing]:
        """Those that hold now, oldest first."""
        ...

    async def use(self, standing_id: str) -> bool:
        """Counts one action under it; False when it holds no more."""
        ...

    async def end(self, standing_id: str, why: str) -> bool:
        """Ends it before its time; False when it held no more."""
        ...
