"""Domain values for tests: each builder gives a sensible one, and takes what the test cares about by name.

The story behind the defaults: payments v2 was deployed at T - 60 s and has failed a third of its calls since T.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from actions.model import Action, Change, Plan, Target
from bot.domain.charts import Chart, Point
from bot.domain.diagnosis import Diagnosis
from bot.domain.dossier import Dossier
from bot.domain.evidence import Evidence
from bot.domain.execution import Course, Execution, Measure, Outcome
from bot.domain.incident import Incident
from bot.domain.people import Command, Person
from bot.domain.policy import Policy
from bot.domain.proposals import Approval, Proposal
from bot.domain.signals import Signal
from bot.domain.standing import Standing
from bot.domain.suspects import Suspect
from bot.domain.timeline import Event, EventKind

T = 1_800_000_000.0
"""The onset, epoch seconds; also where the fake clock starts."""

ADA = Person("slack", "U012AB3CD", "Ada")

POLICY = Policy(frozenset({ADA.identity, "telegram:1001", "web:owner"}))
"""What proposals are sealed under."""


def signal(service: str = "payments", query: str = "http_error_ratio", **over: Any) -> Signal:
    """A metric signal: errors at 34%, normally none."""
    series = f'shop/{query}{{service="{service}"}}'
    base = Signal(
        key=f"{series}#level",
        series=series,
        service=service,
        query=query,
        title="errors",
        unit="ratio",
        kind="metric",
        onset=T,
        at=T + 30,
        value=0.34,
        expected=0.0,
        peak=0.41,
        score=0.9,
    )
    return replace(base, **over)


def log_signal(service: str = "payments", **over: Any) -> Signal:
    """A new kind of error in a log."""
    base = signal(
        service,
        "log_pattern",
        key=f"logs/{service}/1",
        series=f"logs/{service}/1",
        title="new kind of error in the log",
        unit="count",
        kind="log",
        expected=None,
        detail="card gateway refused the handshake: <*>",
        example="card gateway refused the handshake: protocol version 1.0",
    )
    return replace(base, **over)


def evidence(id_: str = "E1", **over: Any) -> Evidence:
    """The deployment of payments v2."""
    text = "payments v2 was deployed 60 s before the onset"
    return replace(Evidence(id_, "deployment", "payments", text, T - 60, 1.0, "v2"), **over)


def suspect(**over: Any) -> Suspect:
    """Payments, because of its deployment."""
    return replace(Suspect("payments", "deployment", 1.8, 0.82, ("E1", "E2")), **over)


def diagnosis(**over: Any) -> Diagnosis:
    """The rules' words about payments."""
    words = (
        "The last deployment of payments is the probable cause. payments v2 was deployed 60 s before the onset [E1]."
    )
    return replace(Diagnosis(words, "payments", 0.82, ("E1", "E2"), "rules"), **over)


def incident(*signals: Signal, **over: Any) -> Incident:
    """An open incident with a diagnosis; without signals given, payments' errors."""
    found = signals or (signal(),)
    base = Incident(
        id="3f2a9c01d4e7",
        opened_at=T + 30,
        onset=min(one.onset for one in found),
        updated_at=T + 60,
        signalled_at=T + 30,
        investigated_at=T + 86_400,
        title=f"{found[0].service}: {found[0].title}",
        severity="critical",
        signals={one.key: one for one in found},
        evidence=(evidence(), evidence("E2", kind="signal", text="payments: errors 34%, normally 0%", at=T)),
        suspects=(suspect(),),
        diagnosis=diagnosis(),
        due=frozenset(),
    )
    return replace(base, **over)


def plan(verb: str = "rollback", service: str = "payments", **over: Any) -> Plan:
    """A roll-back of payments from v2 to v1; or a restart, or a scaling to 3 replicas."""
    target = Target("process", service, {"directory": "/srv/shop"})
    made = {
        "rollback": Plan(Action("rollback", target, revision="v1"), "7", (Change("revision", "v2", "v1"),)),
        "restart": Plan(Action("restart", target), "7", (Change("processes", "running since 14:02", "new"),)),
        "scale": Plan(Action("scale", target, replicas=3), "7", (Change("replicas", "1", "3"),)),
    }
    return replace(made[verb], **over)


def proposal(id_: str = "p1", plan_: Plan | None = None, **over: Any) -> Proposal:
    """A pending offer to roll payments back, good for half an hour."""
    chosen = plan_ or plan()
    base = Proposal(
        id=id_,
        incident_id="3f2a9c01d4e7",
        plan=chosen,
        digest=POLICY.seal(chosen),
        reason="payments has been unwell since v2 was deployed; v1 ran before it",
        risk="low",
        prior="not tried here before",
        reach="touches its only replica; called by checkout",
        created_at=T + 60,
        expires_at=T + 1860,
    )
    return replace(base, **over)


def sealed(policy: Policy, plan_: Plan | None = None) -> Proposal:
    """A pending offer under these rules."""
    chosen = plan_ or plan()
    return proposal(plan_=chosen, digest=policy.seal(chosen))


def approved(one: Proposal, at: float, person: Person = ADA) -> Proposal:
    """The proposal with one person's yes."""
    yes = Approval(person.identity, person.words, at)
    return replace(one, state="approved", approvals=(yes,), decided_by=person.words, decided_at=at)


def execution(id_: str = "x1", proposal_id: str = "p1", **over: Any) -> Execution:
    """An attempt that is done, after 3 seconds."""
    base = Execution(id_, proposal_id, "3f2a9c01d4e7", "done", T + 90, 1, T + 91, T + 94)
    return replace(base, **over)


def measure(**over: Any) -> Measure:
    """Payments' errors, 41% before and none after."""
    series = 'shop/http_error_ratio{service="payments"}'
    return replace(Measure(series, "errors", "payments", "ratio", 0.41, 0.0, 0.0), **over)


def outcome(*measures: Measure, **over: Any) -> Outcome:
    """Recovered, a minute after the execution."""
    base = Outcome(
        execution_id="x1",
        incident_id="3f2a9c01d4e7",
        service="payments",
        verb="rollback",
        signature="payments:http_error_ratio",
        kind="deployment",
        result="recovered",
        reason="every signal of the incident cleared and the target is healthy",
        at=T + 154,
        took=60.0,
        measures=measures or (measure(),),
    )
    return replace(base, **over)


def course(**over: Any) -> Course:
    """An incident like the one of the story that nobody acted on, and that recovered by itself."""
    base = Course("3f2a9c01d4e7", "payments:http_error_ratio", "deployment", recovered=True, at=T + 154)
    return replace(base, **over)


def standing(id_: str = "s1", **over: Any) -> Standing:
    """Ada's yes in advance to every roll-back of payments, for an hour."""
    target = plan().action.target
    return replace(Standing(id_, "rollback", target, ADA.identity, ADA.words, T, T + 3600), **over)


def event(kind: EventKind = "opened", text: str = "Opened: payments: errors 34%, normally 0%", **over: Any) -> Event:
    """A fact of the timeline."""
    return replace(Event("3f2a9c01d4e7", T + 30, kind, text), **over)


def command(*words: str, **over: Any) -> Command:
    """Words by Ada, a command of its own for each."""
    return replace(Command(f"said/{words}/{over}", ADA, words), **over)


def points(
    values: Iterable[float | None], start: float = T - 300, every: float = 5.0, normal: float = 0.0
) -> list[Point]:
    """A course at even steps beside a baseline that stays; the band is a tenth of it wide, at least 0.02."""
    wide = max(0.02, abs(normal) / 10)
    return [
        Point(start + place * every, value, normal, max(0.0, normal - wide), normal + wide)
        for place, value in enumerate(values)
    ]


def chart(one: Signal | None = None, course: Iterable[Point] | None = None) -> Chart:
    """The course of a signal's series: five minutes of calm, then half a minute of its value."""
    about = one or signal()
    normal = about.expected or 0.0
    given = points([normal] * 60 + [about.value] * 6, normal=normal) if course is None else course
    return Chart(about.series, about.service, about.query, about.title, about.unit, tuple(given))


def wave(count: int, level: float, swing: float = 0.05) -> list[float]:
    """A calm course that still moves, the same each time."""
    return [level * (1 + swing * math.sin(place * 0.7) + swing / 2 * math.sin(place * 2.3)) for place in range(count)]


def dossier(one: Incident | None = None, *proposals: Proposal, **over: Any) -> Dossier:
    """An incident with what belongs to it; without proposals given, the pending roll-back."""
    base = Dossier(one or incident(), proposals or (proposal(),), events=(event(),))
    return replace(base, **over)
