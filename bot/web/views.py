"""What the API answers, as models: the OpenAPI document is made from them. Times come as ISO text and epoch seconds."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain import diagnosis, evidence, execution, incident, proposals, signals, suspects, timeline


class View(BaseModel):
    """The root of all models: frozen, and readable from domain values with the same names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Moment(View):
    """One time, twice: for people and for arithmetic."""

    iso: datetime
    epoch: float


def moment(at: object) -> object:
    """Epoch seconds as a moment; anything else as it is."""
    return Moment(iso=datetime.fromtimestamp(at, UTC), epoch=at) if isinstance(at, int | float) else at


Time = Annotated[Moment, BeforeValidator(moment)]


class SignalView(View):
    """An anomaly that lasted, or cleared. Values are in `unit`; `text` says it in a sentence."""

    key: str
    series: str
    service: str
    query: str
    title: str
    unit: str
    kind: signals.Kind
    onset: Time
    at: Time
    value: float
    expected: float | None
    peak: float
    score: float
    firing: bool
    detail: str
    example: str
    text: str = ""


class EvidenceView(View):
    """One observation; `id` is what citations name."""

    id: str
    kind: evidence.Kind
    service: str
    text: str
    at: Time
    weight: float
    subject: str


class SuspectView(View):
    """A scored candidate cause."""

    service: str
    cause: suspects.Cause
    score: float
    confidence: float
    evidence: tuple[str, ...]


class DiagnosisView(View):
    """The words about the cause, and who wrote them."""

    summary: str
    service: str
    confidence: float
    citations: tuple[str, ...]
    author: diagnosis.Author
    by: str


class ActionView(View):
    """What would be done, in words and in parts."""

    text: str
    verb: str
    service: str
    target: str
    replicas: int | None
    revision: str | None


class ChangeView(View):
    """One line of a dry run."""

    what: str
    before: str
    after: str


class ApprovalView(View):
    """A person's yes."""

    identity: str
    words: str
    at: Time


class ProposalView(View):
    """An action offered on a target. `digest` is what a decision must name."""

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
    """One series before the action and at its verification, in `unit`."""

    series: str
    title: str
    service: str
    unit: str
    before: float
    after: float | None
    normal: float | None


class OutcomeView(View):
    """What an execution came to; `took` is in seconds."""

    execution_id: str
    service: str
    verb: str
    result: execution.Result
    text: str
    reason: str
    at: Time
    took: float
    measures: tuple[MeasureView, ...]


class EventView(View):
    """One fact of the timeline."""

    at: Time
    kind: timeline.EventKind
    text: str
    actor: str


class PointView(View):
    """One sample beside its baseline; `t` in epoch seconds, the rest in the chart's unit."""

    t: float
    value: float | None
    expected: float | None
    low: float | None
    high: float | None


class ChartView(View):
    """The course of one series, oldest point first. `firing`: a signal of the incident is about it."""

    series: str
    service: str
    query: str
    title: str
    unit: str
    firing: bool
    points: tuple[PointView, ...]


class MarkView(View):
    """Something that happened, for the charts."""

    at: Time
    kind: Literal["onset", "deployment", "action", "resolved"]
    text: str


class Summary(View):
    """An incident in the list. `pending` counts the proposals that wait for a decision."""

    id: str
    version: int
    state: incident.State
    severity: incident.Severity
    title: str
    services: tuple[str, ...]
    opened_at: Time
    onset: Time
    updated_at: Time
    resolved_at: Time | None
    cause: str
    pending: int


class Detail(Summary):
    """An incident with all that is known of it. `outcome` is the newest of `outcomes`."""

    signals: tuple[SignalView, ...]
    evidence: tuple[EvidenceView, ...]
    suspects: tuple[SuspectView, ...]
    diagnosis: DiagnosisView | None
    proposals: tuple[ProposalView, ...]
    executions: tuple[ExecutionView, ...]
    outcome: OutcomeView | None
    outcomes: tuple[OutcomeView, ...]
    timeline: tuple[EventView, ...]
    charts: tuple[ChartView, ...]
    marks: tuple[MarkView, ...]


class PartView(View):
    """One part that the config names. `trouble` is empty when it is well; `note` may say something even then."""

    name: str
    up: bool
    trouble: str
    note: str = ""


class HealthView(View):
    """How Steward is."""

    status: Literal["ok", "trouble"]
    version: str
    parts: tuple[PartView, ...]


class StatusView(HealthView):
    """How Steward is, for a signed-in person. `zone` is the time zone that people here read."""

    zone: str
    person: str
    open: int
    pending: int


class Decision(BaseModel):
    """The yes or no to exactly one plan: the proposal's digest, or its first 32 digits or more."""

    model_config = ConfigDict(extra="forbid")
    digest: str = Field(pattern=r"^[0-9a-f]{32,64}$")


class Decided(View):
    """What the decision came to."""

    accepted: bool
    text: str


class Trouble(View):
    """Why a request was refused, in one line."""

    detail: str
