"""One attempt at an approved proposal, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ExecutionState = Literal["queued", "running", "done", "failed", "unknown"]
Result = Literal["recovered", "not_recovered", "worse", "unclear"]


@dataclass(frozen=True, slots=True)
class Execution:
    """One attempt. The id is left on the target; the fence grows with each owner; times are epoch seconds.

    queued: approved and claimed, not yet begun. unknown: nobody can say whether it had its effect.
    """

    id: str
    proposal_id: str
    incident_id: str
    state: ExecutionState
    created_at: float
    fence: int = 0
    started_at: float | None = None
    finished_at: float | None = None
    error: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One series before the action and at its verification, in the series' unit."""

    series: str
    title: str
    service: str
    unit: str
    before: float
    after: float | None
    normal: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Proposal, execution and verification: the row that priors are learned from.

    took: seconds from the end of the execution to the verdict.
    signature, kind: what makes incidents alike, closely and broadly: the keys of the prior.
    """

    execution_id: str
    incident_id: str
    service: str
    verb: str
    signature: str
    kind: str
    result: Result
    reason: str
    at: float
    took: float
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """How an incident went while nobody acted: whether it recovered by itself within the time an action is given.

    recovered: None when somebody acted before that could be said.
    """

    incident_id: str
    signature: str
    kind: str
    recovered: bool | None
    at: float


WORDS: Mapping[Result, str] = {
    "recovered": "Recovered",
    "not_recovered": "Not recovered",
    "worse": "It got worse",
    "unclear": "Unclear",
}
