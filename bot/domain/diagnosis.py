"""The words about the cause: asked of a model within a schema, or explained by rules. Citations are checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.evidence import Evidence
from bot.domain.suspects import Suspect

Author = Literal["rules", "model"]

INCONCLUSIVE = 0.4
"""A best suspect with a smaller share of the scores than this is called inconclusive."""

WORDS: Mapping[str, str] = {
    "deployment": "The last deployment of {service} is the probable cause.",
    "crash": "{service} itself keeps failing to run.",
    "leak": "{service} keeps using more memory and slows down with it.",
    "overload": "{service} gets more traffic than it can serve.",
    "neighbour": "{service} takes so much of its node that what runs beside it suffers.",
    "fault": "The trouble starts in {service}.",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The summary, the service that it blames (empty: inconclusive), what it cites, and who wrote the words.

    by: the model's name, or why the model's words are not there.
    """

    summary: str
    service: str
    confidence: float
    citations: tuple[str, ...]
    author: Author
    by: str = ""


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    summary: str = Field(min_length=1, max_length=1200)
    service: str
    confidence: float = Field(ge=0, le=1)
    citations: list[str] = Field(max_length=12)


def explain(suspects: Sequence[Suspect], evidence: Sequence[Evidence]) -> Diagnosis:
    """The diagnosis in the rules' words."""
    if not suspects or suspects[0].confidence < INCONCLUSIVE:
        return Diagnosis("Inconclusive: no service stands out yet.", "", 0.0, (), "rules")
    best = suspects[0]
    known = {piece.id: piece for piece in evidence}
    cited = [known[one] for one in best.evidence[:3] if one in known]
    facts = " ".join(f"{piece.text} [{piece.id}]." for piece in cited)
    summary = f"{WORDS[best.cause].format(service=best.service)} {facts}".strip()
    return Diagnosis(summary, best.service, best.confidence, tuple(piece.id for piece in cited), "rules")


def schema(suspects: Sequence[Suspect], evidence: Sequence[Evidence], base: Mapping[str, Any]) -> dict[str, Any]:
    """The answer's JSON schema with the enumerations of this incident: only ids that we issued can be named."""
    filled: dict[str, Any] = json.loads(json.dumps(base))
    filled["properties"]["service"]["enum"] = [one.service for one in suspects]
    filled["properties"]["citations"]["items"]["enum"] = [piece.id for piece in evidence]
    return filled


def parse(text: str, suspects: Sequence[Suspect], evidence: Sequence[Evidence], by: str) -> Diagnosis:
    """The model's answer as a diagnosis.

    Raises:
        ValueError: it is no JSON, not of the schema, or names a service or evidence that we did not issue.
    """
    try:
        reply = _Reply.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = " ".join(".".join(str(part) for part in first["loc"]).split())[:40]
        raise ValueError(f"{place or 'the answer'}: {first['msg']}") from None
    if reply.service not in {one.service for one in suspects}:
        raise ValueError(f"service: {reply.service[:60]!r} is not one of the suspects")
    unknown = sorted(set(reply.citations) - {piece.id for piece in evidence})
    if unknown or not reply.citations:
        shown = [one[:20] for one in unknown[:3]] or "none"
        raise ValueError(f"citations: {shown} do not name evidence of this incident")
    citations = tuple(dict.fromkeys(reply.citations))
    return Diagnosis(" ".join(reply.summary.split()), reply.service, reply.confidence, citations, "model", by)
