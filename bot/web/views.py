"""What the API answers about incidents and about Steward itself: the OpenAPI document is made from these models."""

from typing import Literal

from bot.domain import card, diagnosis, evidence, incident, signals, suspects, timeline
from bot.web.action_views import ExecutionView, OutcomeView, PointView, ProposalView
from bot.web.care_views import AckView, SilenceView, VerdictsView
from bot.web.model import Time, View


class SignalView(View):
    """An anomaly that lasted, or cleared. Values are in `unit`; `text` says it in a sentence.

    label: what tells the series from others of the same title, such as a mount point; empty when nothing needs to.
    example: of a log, one line without its time.
    left: of a forecast, the seconds until it is full or runs out.
    """

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
    against: str
    peak: float
    score: float
    firing: bool
    detail: str
    example: str
    left: float | None
    text: str = ""
    label: str = ""


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


class EventView(View):
    """One fact of the timeline. `tone`: how it is meant, as in chat."""

    at: Time
    kind: timeline.EventKind
    text: str
    actor: str
    tone: card.Tone


class ChartView(View):
    """The course of one series, oldest point first. `firing`: a signal of the incident is about it.

    label: what tells it from others of the same title, such as a mount point; empty when nothing needs to.
    """

    series: str
    service: str
    query: str
    title: str
    label: str
    unit: str
    firing: bool
    points: tuple[PointView, ...]


class MarkView(View):
    """Something that happened, for the charts."""

    at: Time
    kind: Literal["onset", "deployment", "action", "resolved"]
    text: str


class Summary(View):
    """An incident in the list. `pending` counts the proposals that wait for a decision.

    ack: who looks after it. silenced: until when the chats are not told of it; null when they are.
    storm: whether it is the summary of what began while very much did.
    """

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
    ack: AckView | None
    silenced: Time | None
    storm: bool


class Detail(Summary):
    """An incident with all that is known of it. `outcome` is the newest of `outcomes`.

    proposals: those that wait for a decision first, the most promising first; then the others, newest first.
    silences: those that cover it. folded: signals that are only counted. gathered: of a storm, what is in it.
    unoffered: why nothing waits for a decision; empty when something does, or when the incident is not open.
    """

    verdicts: VerdictsView
    silences: tuple[SilenceView, ...]
    folded: int
    gathered: tuple[str, ...]
    signals: tuple[SignalView, ...]
    evidence: tuple[EvidenceView, ...]
    suspects: tuple[SuspectView, ...]
    diagnosis: DiagnosisView | None
    proposals: tuple[ProposalView, ...]
    unoffered: tuple[str, ...]
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


class Trouble(View):
    """Why a request was refused, in one line."""

    detail: str
