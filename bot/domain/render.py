"""An incident as a neutral card: what is going on, what probably caused it, what can be done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from actions.model import describe
from bot.domain import buttons, moments, storm
from bot.domain.card import Button, Card, Section, Tone
from bot.domain.dossier import Dossier
from bot.domain.execution import WORDS, Execution, Measure, Outcome
from bot.domain.incident import Incident, Verdict
from bot.domain.pack import sentence
from bot.domain.proposals import Proposal
from bot.domain.silence import Silence, covering
from bot.domain.timeline import Event
from bot.domain.unoffered import unoffered
from bot.domain.words import amount, count, duration, listing

STATE: Mapping[str, str] = {
    "open": "open",
    "acting": "acting",
    "verifying": "checking whether it helped",
    "resolved": "resolved",
}
WORD: Mapping[Verdict, str] = {"harmless": "not a problem", "helpful": "helpful", "wrong": "the cause is wrong"}
OFFERED = 4
"""Proposals that a message shows at most; the page shows all."""
GOOD_NEWS = frozenset({"verified", "resolved"})
LOUD: Mapping[str, Tone] = {"failed": "warning", "unknown": "warning", "verified": "warning", "stopped": "warning",
    "reminded": "critical",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders cards for people in one time zone. `page` is the page's address, without a slash at its end, or empty."""

    zone: tzinfo
    page: str = ""

    def incident(self, dossier: Dossier, silences: Sequence[Silence] = ()) -> Card:
        """The root message of an incident; `silences`: those that hold now."""
        one = dossier.incident
        sections = (
            self._now(one),
            Section("Folded into this thread", storm.summary(one) if one.storm else ()),
            Section("Who looks after it", self._care(one, silences)),
            _cause(one),
            _evidence(one),
            *self._offers(dossier.proposals),
            Section("Nothing to approve", unoffered(dossier)),
            *self._deeds(dossier),
        )
        words = "words by " + (one.diagnosis.by if one.diagnosis and one.diagnosis.author == "model" else "rules")
        reason = (
            f" ({one.diagnosis.by})" if one.diagnosis and one.diagnosis.author == "rules" and one.diagnosis.by else ""
        )
        return Card(
            tone=tone(one) if one.state == "resolved" or not _worse(dossier) else "critical",
            title=f"{one.title} · {STATE[one.state]}",
            sections=tuple(section for section in sections if section.lines),
            buttons=(*self._approvals(dossier.proposals), *buttons.of_incident(one)),
            footer=f"incident {one.id} · {one.severity} · {words}{reason}",
            link=f"{self.page}/#/incident/{one.id}" if self.page else "",
            about=one.id,
        )

    def event(self, event: Event) -> Card:
        """One fact, said in the thread."""
        good = event.kind in GOOD_NEWS and not event.text.startswith(("Not", "It got", "Unclear"))
        mood: Tone = "good" if good else LOUD.get(event.kind, "info")
        if event.text.startswith(WORDS["worse"]):
            mood = "critical"
        return Card(tone=mood, title=event.text, footer=moments.at(event.at, self.zone), about=event.incident_id)

    def _now(self, one: Incident) -> Section:
        lines = [sentence(signal) for signal in one.firing[:4]]
        if len(one.firing) + one.folded > 4:
            lines.append(f"and {count(len(one.firing) - 4 + one.folded, 'more signal')}")
        if not lines:
            lines.append("nothing is abnormal any more")
        affected = listing([*one.services[:8], *(["others"] if len(one.services) > 8 else [])])
        lines.append(f"since {moments.at(one.onset, self.zone)}, affected: {affected}")
        if one.resolved_at is not None:
            lines.append(f"resolved at {moments.at(one.resolved_at, self.zone)}")
        return Section("What is going on", tuple(lines))

    def _care(self, one: Incident, silences: Sequence[Silence]) -> tuple[str, ...]:
        """Who looks after it, what people said of it, and who silenced it."""
        ack = [f"{one.ack.words}, since {moments.at(one.ack.at, self.zone)}"] if one.ack else []
        said = [f"{count(number, 'person')} said: {WORD[verdict]}" for verdict, number in _said(one)]
        mute = [
            f"silenced until {moments.until(silence.until, self.zone)}: {silence.sentence}"
            for silence in covering(one.services, silences)
        ]
        return (*ack, *said, *mute)

    def _approvals(self, proposals: Sequence[Proposal]) -> list[Button]:
        return [button for one in _pending(proposals) for button in buttons.of_proposal(one, self.zone)]

    def _offers(self, proposals: Sequence[Proposal]) -> list[Section]:
        return [
            Section(f"{'Undo' if one.undoes else 'Proposal'}: {describe(one.plan.action)}", tuple(self._offer(one)))
            for one in _pending(proposals)
        ]

    def _offer(self, one: Proposal) -> list[str]:
        changes = [f"{change.what}: {change.before} → {change.after}" for change in one.plan.changes]
        given = [f"approved by {one_yes.words}, a second person is needed" for one_yes in one.approvals]
        back = "can be undone" if one.plan.inverse is not None else "cannot be undone"
        limits = f"risk {one.risk} · {back} · {one.prior} · until {moments.at(one.expires_at, self.zone)}"
        return [one.reason, *changes, one.reach, limits, *given]

    def _deeds(self, dossier: Dossier) -> list[Section]:
        proposals = {one.id: one for one in dossier.proposals}
        outcomes = {one.execution_id: one for one in dossier.outcomes}
        return [
            Section("What was done", tuple(_deed(done, proposals[done.proposal_id], outcomes.get(done.id))))
            for done in dossier.executions
            if done.proposal_id in proposals
        ]


def _said(one: Incident) -> list[tuple[Verdict, int]]:
    return sorted(Counter(one.verdicts.values()).items())


def _worse(dossier: Dossier) -> bool:
    """Whether the last action made things worse."""
    return bool(dossier.outcomes) and dossier.outcomes[-1].result == "worse"


def tone(incident: Incident) -> Tone:
    """The colour of an incident."""
    return "good" if incident.state == "resolved" else incident.severity


def _pending(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Those that wait for a decision, the most promising first, as many as a message has room for."""
    return sorted((one for one in proposals if one.state == "pending"), key=lambda one: one.place)[:OFFERED]


def _cause(one: Incident) -> Section:
    if one.diagnosis is None:
        return Section("Probable cause", ("still looking",))
    sure = f" (confidence {one.diagnosis.confidence:.0%})" if one.diagnosis.service else ""
    lines = [f"{one.diagnosis.summary}{sure}"]
    if one.suspects and one.diagnosis.service not in {"", one.suspects[0].service}:
        lines.append(f"the rules rank {one.suspects[0].service} first, and what is offered follows the rules")
    return Section("Probable cause", tuple(lines))


def _evidence(one: Incident) -> Section:
    cited = set(one.diagnosis.citations) if one.diagnosis else set()
    return Section("Evidence", tuple(f"[{piece.id}] {piece.text}" for piece in one.evidence if piece.id in cited))


def _deed(done: Execution, proposal: Proposal, outcome: Outcome | None) -> list[str]:
    who = listing([yes.words for yes in proposal.approvals])
    lines = [f"{describe(proposal.plan.action)}, approved by {who}: {done.state}"]
    if done.error:
        lines.append(done.error)
    if outcome is not None:
        lines.append(f"{WORDS[outcome.result]} after {duration(outcome.took)}: {outcome.reason}")
        lines += [before_after(measure) for measure in outcome.measures[:4]]
    return lines


def before_after(measure: Measure) -> str:
    """`payments errors: 34% before, 0% after`."""
    after = "no data" if measure.after is None else amount(measure.after, measure.unit)
    return f"{measure.service} {measure.title}: {amount(measure.before, measure.unit)} before, {after} after"
