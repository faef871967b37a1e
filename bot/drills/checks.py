"""What must be true after every fault, read from the rows and from the target. Pure.

G1: an action has its effect at most once. G2: no effect without an authorised, unexpired approval of exactly the plan
that ran. G3: every transition has one audit row and one fact on the timeline, and the chain verifies. And the record
is finished and tells the truth.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from actions.model import describe
from bot.domain.audit import Checker, Entry
from bot.domain.dossier import Dossier
from bot.domain.execution import WORDS, Execution
from bot.domain.policy import Policy
from bot.domain.proposals import Proposal

MOVES: Mapping[str, str] = {
    "propose": "proposed", "approve": "approved", "second": "second", "reject": "rejected", "void": "withdrawn",
    "expire": "expired", "begin": "executing", "done": "executed", "failed": "failed", "unknown": "unknown",
    "late": "late", **dict.fromkeys(WORDS, "verified"),
}  # fmt: skip
"""What the audit calls a move, and what the timeline calls it."""

ENDS: Mapping[str, str] = {"approved": "approve", "rejected": "reject", "void": "void", "expired": "expire"}
"""The audit row that each end of a proposal has."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What the target did, as it says itself.

    writes: of what is wanted. starts: of processes. ids: of actions that had their effect. recalled: of those called
    back before they had one; calling one back is a write, and no effect.
    """

    writes: int
    starts: int
    ids: frozenset[str]
    recalled: frozenset[str] = frozenset()

    @property
    def effects(self) -> int:
        """How often an action changed what is wanted."""
        return self.writes - len(self.recalled)

    def since(self, before: "Deeds") -> "Deeds":
        """What was done after `before`."""
        return Deeds(
            self.writes - before.writes,
            self.starts - before.starts,
            self.ids - before.ids,
            self.recalled - before.recalled,
        )


@dataclass(frozen=True, slots=True)
class Record:
    """Everything there is to read: the incidents, the audit chain, what the target did, and what the config allows."""

    dossiers: Sequence[Dossier]
    audit: Sequence[Entry]
    deeds: Deeds
    policy: Policy

    @property
    def executions(self) -> list[Execution]:
        """Every attempt."""
        return [one for dossier in self.dossiers for one in dossier.executions]

    @property
    def proposals(self) -> list[Proposal]:
        """Everything that was offered."""
        return [one for dossier in self.dossiers for one in dossier.proposals]

    def rows(self, what: str, subject: str) -> list[Entry]:
        """The audit rows about one move of one thing."""
        return [row for row in self.audit if (row.what, row.subject) == (what, subject)]


def problems(record: Record) -> list[str]:
    """All that is not as it must be, one clear line each; empty when all held."""
    return [*_once(record), *_truthful(record), *_authorised(record), *_written(record), *_chained(record)]


def _once(record: Record) -> Iterator[str]:
    deeds, begun = record.deeds, sum(one.fence > 0 for one in record.executions)
    if deeds.effects > begun or deeds.effects != len(deeds.ids):
        yield f"{deeds.effects} effects on the target of {len(deeds.ids)} actions, {begun} begun (G1)"
    if deeds.starts > deeds.effects:
        yield f"the target started {deeds.starts} processes for {deeds.effects} effects (G1)"


def _truthful(record: Record) -> Iterator[str]:
    for one in record.executions:
        had = one.id in record.deeds.ids
        match one.state:
            case "queued" | "running":
                yield f"an execution is still {one.state}: nobody finished it"
            case "unknown":
                yield "the record says unknown, and the target can say"
            case "done" if not had:
                yield "the record says done, and the target had no effect"
            case "failed" if had:
                yield "the record says failed, and the target had the effect"


def _authorised(record: Record) -> Iterator[str]:
    known = {one.id: one for one in record.executions}
    for id_ in sorted(record.deeds.ids):
        if id_ not in known:
            yield "an effect of an action that no row knows (G2)"
            continue
        proposal = next(one for one in record.proposals if one.id == known[id_].proposal_id)
        yield from (f"{describe(proposal.plan.action)}: {why} (G2)" for why in _unlawful(record, proposal, id_))


def _unlawful(record: Record, proposal: Proposal, execution_id: str) -> Iterator[str]:
    terms = record.policy.terms(proposal.plan.action)
    yes = {one.identity for one in proposal.approvals}
    if proposal.state != "approved" or len(yes) < terms.needed or not yes <= terms.approvers:
        yield "had its effect without the approval of those who may"
    if proposal.digest != record.policy.seal(proposal.plan):
        yield "the plan that ran is not the one that was sealed"
    approved, begun = record.rows("approve", proposal.id), record.rows("begin", execution_id)
    if not approved or not begun or approved[0].seq > begun[0].seq:
        yield "began before it was approved"
    elif begun[0].at >= proposal.expires_at:
        yield "began after the approval had expired"
    elif json.loads(begun[0].detail).get("digest") != proposal.digest:
        yield "began with another digest than the approved one"


def _written(record: Record) -> Iterator[str]:
    for one in record.proposals:
        wanted = ["propose", *([ENDS[one.state]] if one.state in ENDS else [])]
        yield from (line for what in wanted for line in _one(record, what, one.id))
    for execution in record.executions:
        wanted = ["begin"] if execution.fence else []
        wanted += [execution.state] if execution.state in MOVES else []
        yield from (line for what in wanted for line in _one(record, what, execution.id))
    for outcome in (one for dossier in record.dossiers for one in dossier.outcomes):
        yield from _one(record, outcome.result, outcome.execution_id)
    told: Counter[str] = Counter(event.kind for dossier in record.dossiers for event in dossier.events)
    noted = Counter(MOVES[row.what] for row in record.audit if row.what in MOVES)
    for kind in sorted({*MOVES.values()}):
        if told[kind] != noted[kind]:
            yield f"{told[kind]} facts `{kind}` on the timeline, {noted[kind]} in the audit (G3)"
    refused = sum(
        event.kind == "refused" and event.actor != "steward" for one in record.dossiers for event in one.events
    )
    subjects = {one.id for one in record.proposals}
    if refused != (noticed := sum(row.what == "refuse" and row.subject in subjects for row in record.audit)):
        yield f"{refused} refusals on the timeline, {noticed} in the audit (G3)"


def _one(record: Record, what: str, subject: str) -> Iterator[str]:
    rows = len(record.rows(what, subject))
    if rows != 1:
        yield f"{rows} audit rows `{what}` of {subject} (G3)"


def _chained(record: Record) -> Iterator[str]:
    if bad := Checker().first_bad(record.audit):
        yield f"the audit chain is broken: {bad} (G3)"
