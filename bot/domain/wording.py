"""The words around what happened, which a person may change: titles, headings, their order, sections of one's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from bot.domain.phrase import Phrase, Values

Part = Literal["now", "folded", "care", "cause", "evidence", "offers", "unoffered", "done"]
PARTS: tuple[Part, ...] = get_args(Part)
"""What a card has to say, in its usual order."""

INCIDENT = (
    "id", "title", "state", "severity", "services", "since", "cause", "suspect", "confidence", "author", "reason",
    "link",
)  # fmt: skip
OFFER = (*INCIDENT, "kind", "action")
EVENT = ("text", "at", "kind")
"""The variables of each template."""


@dataclass(frozen=True, slots=True)
class Place:
    """A section: one of ours under its heading, or with `lines` one of the user's own."""

    heading: Phrase
    part: Part | None = None
    lines: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """The templates of an incident's card, and of facts by their kind; `any` is for all other kinds."""

    title: Phrase
    footer: Phrase
    sections: tuple[Place, ...]
    events: Mapping[str, Phrase]

    def event(self, kind: str, values: Values) -> str:
        """One fact."""
        return self.events.get(kind, self.events["any"]).say(values)


@cache
def shipped() -> Wording:
    """The words of `messages.yaml`."""
    data = yaml.safe_load(files("bot.domain").joinpath("messages.yaml").read_text(encoding="utf-8"))
    incident = data["incident"]
    sections = tuple(Place(Phrase(one["heading"]), one["part"]) for one in incident["sections"])
    events = {kind: Phrase(source) for kind, source in data["events"].items()}
    return Wording(Phrase(incident["title"]), Phrase(incident["footer"]), sections, events)


def changed(data: Mapping[str, Any], told: Callable[[str], None]) -> Wording:
    """The shipped words with some changed, in the form of `messages.yaml`; every template has no `phrase.fault`."""
    usual, incident = shipped(), data["incident"]
    headings = {one.part: one.heading for one in usual.sections}

    def place(one: Mapping[str, Any]) -> Place:
        if one["part"] is None:
            return Place(Phrase(one["heading"], None, told), None, Phrase(one["lines"], None, told))
        usually = headings[one["part"]]
        return Place(Phrase(one["heading"], usually, told) if one["heading"] else usually, one["part"])

    return Wording(
        Phrase(incident["title"], usual.title, told) if incident["title"] else usual.title,
        Phrase(incident["footer"], usual.footer, told) if incident["footer"] else usual.footer,
        tuple(place(one) for one in incident["sections"]) or usual.sections,
        {**usual.events, **{kind: Phrase(one, usual.events["any"], told) for kind, one in data["events"].items()}},
    )
