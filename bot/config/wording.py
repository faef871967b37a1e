"""From the file that `telling.templates` names to the words of messages. What cannot work is refused at the start."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from bot.config.document import Document, parse
from bot.config.document import Path as Place
from bot.config.load import Config
from bot.config.strict import Strict
from bot.domain.errors import ConfigError
from bot.domain.phrase import fault
from bot.domain.timeline import EventKind
from bot.domain.wording import EVENT, INCIDENT, OFFER, Part, Wording, changed, shipped


class SectionTemplate(Strict):
    """A section: one of ours by its name, under another heading if given; or a heading with lines of one's own."""

    part: Part | None = None
    heading: str = ""
    lines: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "SectionTemplate":
        if self.part is None and not (self.heading and self.lines):
            raise ValueError("give a part, or a heading and lines")
        if self.part is not None and self.lines:
            raise ValueError("the lines of a part are not yours to write; give it a heading, or leave out the part")
        return self


class IncidentTemplates(Strict):
    """The card of an incident. What is left out stays as it is; sections are all that there shall be."""

    title: str = ""
    footer: str = ""
    sections: tuple[SectionTemplate, ...] = ()

    @model_validator(mode="after")
    def _offered(self) -> "IncidentTemplates":
        parts = [one.part for one in self.sections if one.part]
        if self.sections and "offers" not in parts:
            raise ValueError("the part `offers` must be there: nobody should approve what is not shown")
        if len(parts) > len(set(parts)):
            raise ValueError("a part can be there once")
        return self


class Templates(Strict):
    """The whole file, in the form of `bot/domain/messages.yaml`."""

    incident: IncidentTemplates = IncidentTemplates()
    events: dict[EventKind, str] = Field(default_factory=dict)


def wording(config: Config, told: Callable[[str], None] = lambda _: None) -> Wording:
    """The words of messages; `told` hears of a template that fails later, once.

    Raises:
        ConfigError: the file cannot be read, or something in it cannot work, with its line.
    """
    path = config.settings.telling.templates
    if path is None:
        return shipped()
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise config.document.error(("telling", "templates"), f"{path} cannot be read: {error}") from None
    return changed(read(parse(text, Path(path).name, {})).model_dump(), told)


def read(document: Document) -> Templates:
    """The templates of a file.

    Raises:
        ConfigError: with the line.
    """
    if not isinstance(document.data, dict):
        raise ConfigError(f"{document.name}: must be a mapping with `incident`, `events` or both")
    try:
        found = Templates.model_validate(document.data)
    except ValidationError as error:
        raise document.explain(error, Templates) from None
    for place, source, variables in _all(found):
        if words := fault(source, variables):
            raise document.error(place, words)
    return found


def _all(found: Templates) -> list[tuple[Place, str, Sequence[str]]]:
    """Every template with its place in the file and the variables that it may use."""
    own: list[tuple[Place, str, Sequence[str]]] = [
        (("incident", "title"), found.incident.title, INCIDENT),
        (("incident", "footer"), found.incident.footer, INCIDENT),
    ]
    for at, one in enumerate(found.incident.sections):
        place = ("incident", "sections", at)
        own.append(((*place, "heading"), one.heading, OFFER if one.part == "offers" else INCIDENT))
        own.append(((*place, "lines"), one.lines, INCIDENT))
    return [*own, *((("events", kind), source, EVENT) for kind, source in found.events.items())]
