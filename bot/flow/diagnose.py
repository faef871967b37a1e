"""Step 8: ask the model for words about the cause. The incident is already posted; nothing waits for this."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain import diagnosis
from bot.domain.diagnosis import Diagnosis
from bot.domain.errors import LlmError
from bot.domain.incident import Incident
from bot.domain.timeline import Event
from bot.ports import Clock, Health, Llm
from bot.ports.store import Store


@dataclass(frozen=True, slots=True)
class Prompt:
    """The template of the question, with the fields `title`, `suspects` and `evidence`, and the answer's schema."""

    template: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Diagnose:
    """Replaces the rules' words by the model's, when those hold up; else says why not."""

    store: Store
    clock: Clock
    llm: Llm
    prompt: Prompt
    health: Health

    async def __call__(self) -> int:
        """How many incidents were asked about."""
        async with self.store.read() as unit:
            due = await unit.incidents.due("diagnose")
        for incident_id in due[:1]:  # one at a time: a small machine's model answers one question well
            await self._ask(incident_id)
        return len(due)

    async def _ask(self, incident_id: str) -> None:
        async with self.store.read() as unit:
            incident = await unit.incidents.get(incident_id)
        if incident is None:
            return
        words = await self._words(incident)
        now = self.clock.now()
        async with self.store.unit() as unit:
            newest = await unit.incidents.get(incident_id)
            if newest is None:
                return
            if newest.evidence != incident.evidence:
                return  # the case has changed meanwhile: it stays due and is asked again
            after = replace(newest.done("diagnose"), diagnosis=words).changed(now)
            events = [Event(incident_id, now, "diagnosed", words.summary)] if words.author == "model" else []
            await unit.incidents.save(after, *events)

    async def _words(self, incident: Incident) -> Diagnosis:
        rules = diagnosis.explain(incident.suspects, incident.evidence)
        if not incident.suspects:
            return rules
        schema = diagnosis.schema(incident.suspects, incident.evidence, self.prompt.schema)
        try:
            text = await self.llm.complete(question(incident, self.prompt.template), schema)
            answer = diagnosis.parse(text, incident.suspects, incident.evidence, self.llm.name)
        except (LlmError, ValueError) as error:
            self.health.report("llm", str(error))
            return replace(rules, by=f"{self.llm.name} was no help: {error}")
        self.health.report("llm")
        return answer


def question(incident: Incident, template: str) -> str:
    """The prompt: suspects and evidence as JSON lines, so that text from logs stays data."""
    suspects = [
        {"service": one.service, "score": round(one.score, 2), "evidence": list(one.evidence)}
        for one in incident.suspects[:5]
    ]
    evidence = [
        {"id": piece.id, "service": piece.service, "kind": piece.kind, "text": piece.text[:300]}
        for piece in incident.evidence[:40]
    ]
    return template.format(
        title=json.dumps(incident.title),
        suspects="\n".join(json.dumps(one) for one in suspects),
        evidence="\n".join(json.dumps(one) for one in evidence),
    )
