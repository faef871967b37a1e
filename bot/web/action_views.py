"""What the API answers about actions: proposals, executions, outcomes, approvals in advance and the switch."""

from pydantic import BaseModel, ConfigDict, Field

from bot.domain import execution, proposals
from bot.web.model import Time, View


class ActionView(View):
    """What would be done, in words and in parts."""

    text: str
    verb: str
    service: str
    target: str
    replicas: int | None
    revision: str | None
    instance: str | None


class ChangeView(View):
    """One line of a dry run."""

    what: str
    before: str
    after: str


class ApprovalView(View):
    """A person's yes. `standing`: the id of the standing approval that it came from; empty when it was a click."""

    identity: str
    words: str
    at: Time
    standing: str


class ProposalView(View):
    """An action offered on a target. `digest` is what a decision must name.

    place: among those offered together; 0 is the most promising.
    undoes: the execution that this is the way back from; empty when it is a cure.
    standing_until: until when the like of it may be approved in advance; null when it may not.
    """

    id: str
    digest: str
    state: proposals.ProposalState
    action: ActionView
    changes: tuple[ChangeView, ...]
    reason: str
    risk: str
    prior: str
    reach: str
    undoable: bool
    created_at: Time
    expires_at: Time
    approvals: tuple[ApprovalView, ...]
    decided_by: str
    decided_at: Time | None
    place: int
    undoes: str
    standing_until: Time | None


class ExecutionView(View):
    """One attempt at an approved proposal."""

    id: str
    proposal_id: str
    state: execution.ExecutionState
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    error: str
    verified: bool


class MeasureView(View):
    """One series before the action and at its verification, in `unit`. `label` tells it from its like."""

    series: str
    title: str
    service: str
    label: str
    unit: str
    before: float
    after: float | None
    normal: float | None


class PointView(View):
    """One sample beside its baseline; `t` in epoch seconds, the rest in the chart's unit."""

    t: float
    value: float | None
    expected: float | None
    low: float | None
    high: float | None


class PictureView(View):
    """The course of the leading series around an action: from before it until after its verdict.

    acted, judged: when the action began, and when its verdict was reached.
    before, after, normal: as in the series' measure, in `unit`.
    """

    series: str
    service: str
    title: str
    label: str
    unit: str
    acted: Time
    judged: Time
    until: Time
    before: float
    after: float | None
    normal: float | None
    points: tuple[PointView, ...]


class OutcomeView(View):
    """What an execution came to; `took` is in seconds. `picture` is null when no course was kept."""

    execution_id: str
    service: str
    verb: str
    result: execution.Result
    text: str
    reason: str
    at: Time
    took: float
    measures: tuple[MeasureView, ...]
    picture: PictureView | None


class StopView(View):
    """Who stopped all actions, when and why. `text` says it in a sentence."""

    identity: str
    words: str
    at: Time
    reason: str
    text: str


class StandingView(View):
    """An approval in advance: of every `verb` of `service` until a time. `used`: how many actions ran under it."""

    id: str
    verb: str
    service: str
    identity: str
    words: str
    given_at: Time
    until: Time
    used: int


class RunView(View):
    """An action that is approved and not yet over."""

    execution_id: str
    incident_id: str
    service: str
    text: str
    state: execution.ExecutionState
    since: Time


class ActionsView(View):
    """Whether actions may run, what may run unasked, and what runs now. `stopped` is null while actions may run."""

    stopped: StopView | None
    standings: tuple[StandingView, ...]
    running: tuple[RunView, ...]
    may_decide: bool


class Decision(BaseModel):
    """The yes or no to exactly one plan: the proposal's digest, or its first 32 digits or more."""

    model_config = ConfigDict(extra="forbid")
    digest: str = Field(pattern=r"^[0-9a-f]{32,64}$")


class StopOrder(BaseModel):
    """Why all actions shall stop, for those who read of it."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field("", max_length=200)


class Decided(View):
    """What the decision came to."""

    accepted: bool
    text: str
