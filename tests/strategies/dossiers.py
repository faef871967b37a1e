"""Whole dossiers at their longest and oddest: 0 to 200 signals, and a text from outside in every field that has one."""

from dataclasses import replace
from itertools import cycle, islice
from typing import Any, get_args

from hypothesis import strategies as st

from actions.model import Action, Change, Plan, Target
from bot.domain.dossier import Dossier
from bot.domain.execution import Execution, Outcome
from bot.domain.incident import Ack, Incident, Severity, Verdict
from bot.domain.proposals import Approval, Proposal
from bot.domain.signals import Signal
from bot.domain.silence import Silence
from bot.domain.standing import Standing
from bot.domain.timeline import Event
from bot.domain.tuning import Vote
from tests import builders as make
from tests.builders import T
from tests.strategies.words import texts

moments = st.floats(T - 1e6, T + 1e6)
values = st.floats()  # with infinities and NaN
shares = st.floats(0, 1)
units = st.sampled_from(["ratio", "percent", "seconds", "bytes", "per_second", "bool", "count", "odd"])
severities = st.sampled_from(get_args(Severity))

metric_signals = st.builds(
    make.signal,
    texts,
    title=texts,
    unit=units,
    value=values,
    expected=st.none() | values,
    score=shares,
    firing=st.booleans(),
)
log_signals = st.builds(make.log_signal, texts, title=texts, detail=texts, example=texts, score=shares)
signals = metric_signals | log_signals | st.builds(make.signal, texts, kind=st.just("presence"), title=texts)


@st.composite
def floods(draw: st.DrawFn) -> tuple[Signal, ...]:
    """Up to 200 signals, of a few kinds that repeat."""
    kinds = draw(st.lists(signals, min_size=1, max_size=5))
    many = draw(st.sampled_from([0, 1, 2, 5, 40, 200]))
    return tuple(replace(one, key=f"{place}", onset=T + place) for place, one in enumerate(islice(cycle(kinds), many)))


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """An incident in any state."""
    evidence = [
        make.evidence(f"E{place}", service=draw(texts), text=draw(texts))
        for place in range(1, draw(st.integers(0, 12)) + 1)
    ]
    cited = tuple(piece.id for piece in evidence)
    words = st.builds(
        make.diagnosis,
        summary=texts,
        service=texts,
        confidence=shares,
        citations=st.just(cited),
        author=st.sampled_from(["rules", "model"]),
        by=texts,
    )
    suspect = st.builds(make.suspect, service=texts, confidence=shares, evidence=st.just(cited))
    found = draw(floods())
    return replace(
        make.incident(),
        title=draw(texts),
        severity=draw(severities),
        state=draw(st.sampled_from(["open", "acting", "verifying", "resolved"])),
        resolved_at=draw(st.none() | moments),
        signals={one.key: one for one in found},
        evidence=tuple(evidence),
        suspects=tuple(draw(st.lists(suspect, max_size=6))),
        diagnosis=draw(st.none() | words),
        ack=draw(st.none() | st.builds(Ack, st.just("slack:U1"), texts, moments)),
        verdicts=draw(st.dictionaries(st.sampled_from(["slack:U1", "slack:U2"]), st.sampled_from(get_args(Verdict)))),
    )


targets = st.builds(
    Target, st.just("kubernetes"), texts, st.fixed_dictionaries({"workload": texts, "namespace": texts})
)
actions = st.one_of(
    st.builds(Action, st.just("rollback"), targets, revision=texts),
    st.builds(Action, st.just("scale"), targets, replicas=st.integers(0, 10**9)),
    st.builds(Action, st.sampled_from(["restart"]), targets),
    st.builds(Action, st.sampled_from(["evict", "cordon", "uncordon"]), targets, instance=texts),
)
changes = st.lists(st.builds(Change, texts, texts, texts), max_size=6).map(tuple)
plans = st.builds(Plan, actions, texts, changes, st.none() | actions)
yeses = st.lists(st.builds(Approval, st.just("slack:U1"), texts, moments), max_size=3).map(tuple)


@st.composite
def proposals(draw: st.DrawFn, place: int, state: str = "") -> Proposal:
    """A proposal with long targets; its ids are ours, and so never odd."""
    return make.proposal(
        f"{place:012x}",
        draw(plans),
        reason=draw(texts),
        risk=draw(texts),
        prior=draw(texts),
        reach=draw(texts),
        state=state or draw(st.sampled_from(["pending", "pending", "approved", "rejected", "expired", "void"])),
        approvals=draw(yeses),
        decided_by=draw(texts),
        undoes=draw(st.sampled_from(["", "x1"])),
        standing_until=draw(st.none() | moments),
        place=place,
    )


@st.composite
def executions(draw: st.DrawFn, offer: Proposal) -> Execution:
    """What came of a proposal."""
    state = draw(st.sampled_from(["queued", "running", "done", "failed", "unknown"]))
    return make.execution(f"x{offer.id}", offer.id, state=state, error=draw(texts))


@st.composite
def outcomes(draw: st.DrawFn, done: Execution) -> Outcome:
    """What came of an execution."""
    measure = st.builds(make.measure, title=texts, service=texts, unit=units, before=values, after=st.none() | values)
    return make.outcome(
        *draw(st.lists(measure, max_size=8)),
        execution_id=done.id,
        service=draw(texts),
        result=draw(st.sampled_from(["recovered", "not_recovered", "worse", "unclear"])),
        reason=draw(texts),
    )


events: st.SearchStrategy[Event] = st.builds(
    make.event,
    st.sampled_from(["refused", "verified", "failed", "rejected", "granted", "stopped", "opened"]),
    texts,
    at=moments,
)


@st.composite
def dossiers(draw: st.DrawFn, most: int = 4) -> Dossier:
    """An incident with up to so many proposals, their executions and outcomes, and what was said."""
    offers = tuple(draw(proposals(place)) for place in range(draw(st.integers(0, most))))
    done = tuple(draw(executions(one)) for one in offers if one.state == "approved")
    verdicts = tuple(draw(outcomes(one)) for one in done if one.state == "done")
    facts: Any = draw(st.lists(events, max_size=4).map(tuple))
    return Dossier(draw(incidents()), offers, done, verdicts, facts)


standings: st.SearchStrategy[Standing] = st.builds(
    lambda place, target, who, until: make.standing(f"{place:012x}", target=target, words=who, until=until),
    st.integers(0, 2**40),
    targets,
    texts,
    moments,
)
"""Standing approvals, given by people with odd names for odd targets."""

silences: st.SearchStrategy[Silence] = st.builds(
    lambda place, services, who, until, reason: Silence(
        f"{place:012x}", tuple(services), "slack:U1", who, T, until, reason
    ),
    st.integers(0, 2**40),
    st.lists(texts, min_size=1, max_size=40),
    texts,
    moments,
    texts,
)
votes: st.SearchStrategy[Vote] = st.builds(
    Vote, st.just("3f2a9c01d4e7"), texts, texts, st.sampled_from(get_args(Verdict)), moments, texts
)


def oddest(text: str, many: int = 200) -> Dossier:
    """The dossier with this text in every field that comes from outside, so that nothing depends on luck."""
    found = [make.signal(text, title=text, unit=text, key=f"{place}") for place in range(many // 2)]
    found += [make.log_signal(text, title=text, example=text, key=f"log{place}") for place in range(many // 2)]
    evidence = tuple(make.evidence(f"E{place}", service=text, text=text) for place in range(12))
    cited = tuple(piece.id for piece in evidence)
    words = make.diagnosis(summary=text, service=text, citations=cited, author="model", by=text)
    suspects = (make.suspect(service=f"{text}!"), make.suspect(service=text))
    one = replace(
        make.incident(*found),
        title=text,
        evidence=evidence,
        suspects=suspects,
        diagnosis=words,
        ack=Ack("slack:U1", text, T),
    )
    target = Target("kubernetes", text, {"workload": text, "namespace": text})
    plan = Plan(Action("rollback", target, revision=text), text, (Change(text, text, text),) * 4)
    yes = Approval("slack:U1", text, T)
    offer = make.proposal(
        "p1", plan, reason=text, risk=text, prior=text, reach=text, approvals=(yes,), standing_until=T + 9_000.0
    )
    done = replace(offer, id="p0", state="approved", place=1)
    facts = (make.event("refused", text), make.event("rejected", text), make.event("verified", text))
    return Dossier(
        one,
        (offer, replace(offer, id="p2", place=2, undoes="x0"), done),
        (make.execution("x0", "p0", error=text),),
        (make.outcome(*[make.measure(title=text, service=text)] * 5, execution_id="x0", service=text, reason=text),),
        facts,
    )
