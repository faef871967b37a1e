"""Each check fails when it is fed a record that is broken in its way."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from bot.domain.audit import Entry, link
from bot.domain.dossier import Dossier
from bot.domain.execution import Execution
from bot.domain.proposals import Proposal
from bot.domain.timeline import Event, EventKind
from bot.drills.checks import Deeds, Record, problems
from tests import builders as make
from tests.builders import POLICY, T

Broken = Callable[[Record], Record]

OFFERED = make.sealed(POLICY)
APPROVED = make.approved(OFFERED, T + 90)
KINDS: tuple[EventKind, ...] = ("proposed", "approved", "executing", "executed", "verified")
MOVES = (
    ("propose", "p1", T + 60),
    ("approve", "p1", T + 90),
    ("begin", "x1", T + 91),
    ("done", "x1", T + 94),
    ("recovered", "x1", T + 154),
)


def chain(rows: list[tuple[str, str, float]], digest: str = OFFERED.digest) -> tuple[Entry, ...]:
    """Audit rows in order, each linked to the one before."""
    found, before = list[Entry](), ""
    for seq, (what, subject, at) in enumerate(rows, start=1):
        row = Entry(seq, at, "steward", what, subject, json.dumps({"digest": digest}))
        before = link(before, asdict(row))
        found.append(replace(row, hash=before))
    return tuple(found)


def record() -> Record:
    """Everything as it must be after one approved action."""
    dossier = Dossier(
        make.incident(),
        (APPROVED,),
        (make.execution(),),
        (make.outcome(),),
        tuple(make.event(kind, kind) for kind in KINDS),
    )
    return Record((dossier,), chain([*MOVES]), Deeds(1, 1, frozenset({"x1"})), POLICY)


def deeds(writes: int, starts: int, *ids: str) -> Broken:
    return lambda record: replace(record, deeds=Deeds(writes, starts, frozenset(ids)))


def dossier(**over: Any) -> Broken:
    return lambda record: replace(record, dossiers=(replace(record.dossiers[0], **over),))


def ran(**over: Any) -> Broken:
    return dossier(executions=(make.execution(**over),))


def audited(*rows: tuple[str, str, float]) -> Broken:
    return lambda record: replace(record, audit=chain([*rows]))


def offered(**over: Any) -> Broken:
    changed: Proposal = replace(APPROVED, **over)
    return dossier(proposals=(changed,))


def without(what: str) -> Broken:
    return audited(*(row for row in MOVES if row[0] != what))


def tampered(record: Record) -> Record:
    first, *rest = record.audit
    return replace(record, audit=(replace(first, actor="somebody"), *rest))


def other_digest(record: Record) -> Record:
    return replace(record, audit=chain([*MOVES], "f" * 64))


def told(*kinds: EventKind, actor: str = "steward") -> Broken:
    facts: list[Event] = [make.event(kind, kind) for kind in KINDS if kind not in kinds]
    facts += [make.event(kind, kind, actor=actor) for kind in kinds if kind not in KINDS]
    return dossier(events=tuple(facts))


def test_a_sound_record_has_no_problems() -> None:
    assert problems(record()) == []


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        pytest.param(deeds(2, 1, "x1"), "2 effects on the target of 1 actions, 1 begun (G1)", id="double effect"),
        pytest.param(deeds(1, 2, "x1"), "the target started 2 processes for 1 effects (G1)", id="double start"),
        pytest.param(deeds(2, 2, "x1", "x9"), "an effect of an action that no row knows (G2)", id="nobody's effect"),
        pytest.param(deeds(0, 0), "the record says done, and the target had no effect", id="no effect"),
        pytest.param(ran(state="failed"), "the record says failed, and the target had the effect", id="denied effect"),
        pytest.param(ran(state="unknown"), "the record says unknown, and the target can say", id="unknown"),
        pytest.param(ran(state="running"), "an execution is still running: nobody finished it", id="unfinished"),
        pytest.param(
            offered(state="pending"),
            "roll back payments to v1: had its effect without the approval of those who may (G2)",
            id="not approved",
        ),
        pytest.param(
            offered(approvals=make.approved(OFFERED, T + 90, replace(make.ADA, id="U9")).approvals),
            "roll back payments to v1: had its effect without the approval of those who may (G2)",
            id="approved by a stranger",
        ),
        pytest.param(
            offered(plan=make.plan("restart")),
            "restart payments: the plan that ran is not the one that was sealed (G2)",
            id="another plan",
        ),
        pytest.param(
            offered(expires_at=T + 91),
            "roll back payments to v1: began after the approval had expired (G2)",
            id="expired",
        ),
        pytest.param(
            other_digest, "roll back payments to v1: began with another digest than the approved one (G2)", id="digest"
        ),
        pytest.param(
            audited(MOVES[0], MOVES[2], MOVES[1], *MOVES[3:]),
            "roll back payments to v1: began before it was approved (G2)",
            id="too early",
        ),
        *(
            pytest.param(without(what), f"0 audit rows `{what}` of {subject} (G3)", id=f"no row {what}")
            for what, subject, _ in MOVES
        ),
        pytest.param(audited(*MOVES, MOVES[3]), "2 audit rows `done` of x1 (G3)", id="two rows"),
        *(
            pytest.param(told(kind), f"0 facts `{kind}` on the timeline, 1 in the audit (G3)", id=f"no fact {kind}")
            for kind in KINDS
        ),
        pytest.param(
            told("refused", actor="slack:U9"), "1 refusals on the timeline, 0 in the audit (G3)", id="refusal"
        ),
        pytest.param(
            tampered,
            "the audit chain is broken: row 1 does not fit its hash: it, or a row before it, was changed (G3)",
            id="chain",
        ),
    ],
)  # fmt: skip
def test_a_broken_record_is_noticed(broken: Broken, line: str) -> None:
    assert line in problems(broken(record()))


def test_a_run_that_was_called_back_is_a_write_and_no_effect() -> None:
    before = Deeds(3, 2, frozenset({"a"}), frozenset({"b"}))
    after = Deeds(5, 3, frozenset({"a", "c"}), frozenset({"b", "d"}))
    done = after.since(before)
    assert done == Deeds(2, 1, frozenset({"c"}), frozenset({"d"}))
    assert done.effects == 1


def test_what_the_steward_refuses_by_itself_needs_no_click() -> None:
    assert problems(told("refused")(record())) == []


def test_an_execution_that_never_began_has_no_row_of_it() -> None:
    execution: Execution = make.execution(fence=0, state="queued", started_at=None, finished_at=None)
    found = problems(dossier(executions=(execution,), outcomes=())(record()))
    assert "an execution is still queued: nobody finished it" in found
    assert not [line for line in found if "`queued`" in line]
