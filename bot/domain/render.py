"""An incident as a neutral card: what is going on, what probably caused it, what can be done."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from actions.model import describe
from bot.domain import buttons, moments, storm
from bot.domain.card import Button, Card, Section, Tone
from bot.domain.dossier import Dossier
from bot.domain.execution import WORDS, Execution, Measure, Outcome
from bot.domain.incident import Incident, Verdict
from bot.domain.pack import sentence
from bot.domain.phrase import Values
from bot.domain.proposals import Proposal
from bot.domain.silence import Silence, covering
from bot.domain.timeline import Event
from bot.domain.unoffered import unoffered
from bot.domain.wording import Part, Place, Wording, shipped
from bot.domain.words import amount, clock_time, count, duration, listing

STATE: Mapping[str, str] = {
    "open": "open",
    "acting": "acting",
    "verifying": "checking whether it helped",
    "resolved": "resolved",
}
WORD: Mapping[Verdict, str] = {"harmless": "not a problem", "helpful": "helpful", "wrong": "the cause is wrong"}
OFFERED = 4
"""Proposals that a message shows at most; the page shows all."""
Said = tuple[Values, tuple[str, ...]]
"""The lines of a section, with what else its heading may say."""
GOOD_NEWS = frozenset({"verified", "resolved"})
LOUD: Mapping[str, Tone] = {"failed": "warning", "unknown": "warning", "verified": "warning", "stopped": "warning",
    "reminded": "critical",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders cards for people in one time zone. `page` is the page's address, without a slash at its end, or empty.

    wording: the words around what happened.
    """

    zone: tzinfo
    page: str = ""
    wording: Wording = field(default_factory=shipped)

    def incident(self, dossier: Dossier, silences: Sequence[Silence] = ()) -> Card:
        """The root message of an incident; `silences`: those that hold now."""
        one = dossier.incident
        values = self._values(one)
        said: Mapping[Part, Sequence[Said]] = {
            "now": [({}, self._now(one))],
            "folded": [({}, storm.summary(one) if one.storm else ())],
            "care": [({}, self._care(one, silences))],
            "cause": [({}, _cause(one))],
            "evidence": [({}, _evidence(one))],
            "offers": self._offers(dossier.proposals),
            "unoffered": [({}, unoffered(dossier))],
            "done": self._deeds(dossier),
        }
        sections = (section for place in self.wording.sections for section in _section(place, values, said))
        return Card(
            tone=tone(one) if one.state == "resolved" or not _worse(dossier) else "critical",
            title=self.wording.title.say(values),
            sections=tuple(section for section in sections if section.lines),
            buttons=(*self._approvals(dossier.proposals), *buttons.of_incident(one)),
            footer=self.wording.footer.say(values),
            link=self._link(one),
            about=one.id,
        )

    def event(self, event: Event) -> Card:
        """One fact, said in the thread."""
        good = event.kind in GOOD_NEWS and not event.text.startswith(("Not", "It got", "Unclear"))
        mood: Tone = "good" if good else LOUD.get(event.kind, "info")
        if event.text.startswith(WORDS["worse"]):
            mood = "critical"
        values: Values = {"text": event.text, "at": clock_time(event.at, self.zone), "kind": event.kind}
        title = self.wording.event(event.kind, values)
        return Card(tone=mood, title=title, footer=moments.at(event.at, self.zone), about=event.incident_id)

    def _values(self, one: Incident) -> Values:
        """What every template of an incident may say; see docs/templates.md. Titles have no room for marked times."""
        found = one.diagnosis
        return {
            "id": one.id,
            "title": one.title,
            "state": STATE[one.state],
            "severity": one.severity,
            "services": list(one.services),
            "since": clock_time(one.onset, self.zone),
            "cause": found.summary if found else "",
            "suspect": found.service if found else "",
            "confidence": found.confidence if found else 0.0,
            "author": found.by if found and found.author == "model" else "rules",
            "reason": found.by if found and found.author == "rules" else "",
            "link": self._link(one),
        }

    def _link(self, one: Incident) -> str:
        return f"{self.page}/#/incident/{one.id}" if self.page else ""

    def _now(self, one: Incident) -> tuple[str, ...]:
        lines = [sentence(signal) for signal in one.firing[:4]]
        if len(one.firing) + one.folded > 4:
            lines.append(f"and {count(len(one.firing) - 4 + one.folded, 'more signal')}")
        if not lines:
            lines.append("nothing is abnormal any more")
        affected = listing([*one.services[:8], *(["others"] if len(one.services) > 8 else [])])
        lines.append(f"since {moments.at(one.onset, self.zone)}, affected: {affected}")
        if one.resolved_at is not None:
            lines.append(f"resolved at {moments.at(one.resolved_at, self.zone)}")
        return tuple(lines)

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

    def _offers(self, proposals: Sequence[Proposal]) -> list[Said]:
        return [
            ({"kind": "Undo" if one.undoes else "Proposal", "action": describe(one.plan.action)}, self._offer(one))
            for one in _pending(proposals)
        ]

    def _offer(self, one: Proposal) -> tuple[str, ...]:
        changes = [f"{change.what}: {change.before} → {change.after}" for change in one.plan.changes]
        given = [f"approved by {one_yes.words}, a second person is needed" for one_yes in one.approvals]
        back = "can be undone" if one.plan.inverse is not None else "cannot be undone"
        limits = f"risk {one.risk} · {back} · {one.prior} · until {moments.at(one.expires_at, self.zone)}"
        return (one.reason, *changes, one.reach, limits, *given)

    def _deeds(self, dossier: Dossier) -> list[Said]:
        proposals = {one.id: one for one in dossier.proposals}
        outcomes = {one.execution_id: one for one in dossier.outcomes}
        return [
            ({}, tuple(_deed(done, proposals[done.proposal_id], outcomes.get(done.id))))
            for done in dossier.executions
            if done.proposal_id in proposals
        ]


def _section(place: Place, values: Values, said: Mapping[Part, Sequence[Said]]) -> Iterator[Section]:
    """What stands at one place of the card; without lines it is left out when the card is made."""
    if place.lines is not None:
        own = tuple(line for line in place.lines.say(values).splitlines() if line.strip())
        yield Section(place.heading.say(values), own)
    elif place.part is not None:
        for more, lines in said[place.part]:
            yield Section(place.heading.say({**values, **more}), lines)


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


def _cause(one: Incident) -> tuple[str, ...]:
    if one.diagnosis is None:
        return ("still looking",)
    sure = f" (confidence {one.diagnosis.confidence:.0%})" if one.diagnosis.service else ""
    lines = [f"{one.diagnosis.summary}{sure}"]
    if one.suspects and one.diagnosis.service not in {"", one.suspects[0].service}:
        lines.append(f"the rules rank {one.suspects[0].service} first, and what is offered follows the rules")
    return tuple(lines)


def _evidence(one: Incident) -> tuple[str, ...]:
    cited = set(one.diagnosis.citations) if one.diagnosis else set()
    return tuple(f"[{piece.id}] {piece.text}" for piece in one.evidence if piece.id in cited)


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
