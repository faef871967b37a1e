"""A question about an incident: the facts that a model may answer from, and whether its answer holds up."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.dossier import Dossier
from bot.domain.words import inert

FACTS = 40
"""Pieces of evidence and events of the timeline, each, that a model is given."""

_CITED = re.compile(r"\[([ET]\d+)\]")


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    answer: str = Field(min_length=1, max_length=1200)
    citations: list[str] = Field(max_length=12)


def facts(dossier: Dossier) -> dict[str, str]:
    """What is known, by ids that can be cited: evidence as `E3`, the timeline as `T7`."""
    found = {piece.id: f"{piece.service}: {piece.text}"[:300] for piece in dossier.incident.evidence[:FACTS]}
    for number, event in enumerate(dossier.events[-FACTS:], 1):
        found[f"T{number}"] = event.text[:300]
    return found


def question(dossier: Dossier, words: str, template: str) -> str:
    """The prompt: facts and question as JSON, so that text from outside stays data."""
    lines = (json.dumps({"id": name, "text": text}) for name, text in facts(dossier).items())
    return template.format(
        title=json.dumps(dossier.incident.title),
        state=dossier.incident.state,
        facts="\n".join(lines),
        question=json.dumps(inert(words)[:500]),
    )


def schema(known: Mapping[str, str], base: Mapping[str, Any]) -> dict[str, Any]:
    """The answer's JSON schema: only ids that we issued can be cited."""
    filled: dict[str, Any] = json.loads(json.dumps(base))
    filled["properties"]["citations"]["items"]["enum"] = list(known) or [""]
    return filled


def parse(text: str, known: Mapping[str, str]) -> tuple[str, Sequence[str]]:
    """The model's answer, and what it cites.

    Raises:
        ValueError: it is no JSON, not of the schema, or cites something that we did not issue.
    """
    try:
        reply = _Reply.model_validate_json(text)
    except ValidationError as error:
        raise ValueError(f"the answer is not of the schema: {error.errors()[0]['msg']}") from None
    cited = dict.fromkeys([*reply.citations, *_CITED.findall(reply.answer)])
    unknown = [name for name in cited if name not in known]
    if unknown:
        raise ValueError(f"the answer cites {unknown[0][:20]!r}, which is not known here")
    return " ".join(reply.answer.split()), tuple(cited)
