from datetime import UTC
from typing import Any

from bot.domain.phrase import fault
from bot.domain.render import Renderer
from bot.domain.wording import EVENT, INCIDENT, OFFER, PARTS, changed, shipped
from tests import builders
from tests.builders import T

NOTHING: dict[str, Any] = {"incident": {"title": "", "footer": "", "sections": ()}, "events": {}}


def with_(**incident: Any) -> dict[str, Any]:
    return {"incident": {**NOTHING["incident"], **incident}, "events": {}}


def section(heading: str = "", part: str | None = None, lines: str = "") -> dict[str, Any]:
    return {"part": part, "heading": heading, "lines": lines}


def test_the_shipped_words_have_every_part_once_and_no_fault() -> None:
    usual = shipped()
    assert tuple(one.part for one in usual.sections) == PARTS
    faults = [fault(one._source, INCIDENT) for one in (usual.title, usual.footer)]
    faults += [fault(one.heading._source, OFFER if one.part == "offers" else INCIDENT) for one in usual.sections]
    assert {*faults, *(fault(one._source, EVENT) for one in usual.events.values())} == {""}


def test_what_is_not_changed_stays() -> None:
    told: list[str] = []
    dossier = builders.dossier()
    assert Renderer(UTC, "", changed(NOTHING, told.append)).incident(dossier) == Renderer(UTC).incident(dossier)
    assert told == []


def test_titles_headings_and_sections_are_ones_own() -> None:
    sections = (
        section(part="offers"),
        section("Why", "cause"),
        section(
            "Runbook", None, "https://runbooks/{{ services[0] }}\n\n{% if severity == 'info' %}no hurry{% endif %}"
        ),
        section("Nothing", None, "{% if severity == 'info' %}no hurry{% endif %}"),
    )
    words = changed(with_(title="{{ severity|upper }} {{ title }}", footer="{{ id }}", sections=sections), print)
    card = Renderer(UTC, "", words).incident(builders.dossier())
    assert (card.title, card.footer) == ("CRITICAL payments: errors", "3f2a9c01d4e7")
    assert [one.heading for one in card.sections] == ["Proposal: roll back payments to v1", "Why", "Runbook"]
    assert card.sections[2].lines == ("https://runbooks/payments",)
    assert card.buttons == Renderer(UTC).incident(builders.dossier()).buttons


def test_every_variable_can_be_said() -> None:
    told: list[str] = []
    offers = section(" ".join(f"{{{{ {name} }}}}" for name in OFFER), "offers")
    events = {"resolved": " ".join(f"{{{{ {name} }}}}" for name in EVENT)}
    own = section("All", None, "\n".join(f"{name}={{{{ {name} }}}}" for name in INCIDENT))
    renderer = Renderer(UTC, "https://s", changed({**with_(sections=(offers, own)), "events": events}, told.append))
    card = renderer.incident(builders.dossier())
    assert card.sections[0].heading.endswith("Proposal roll back payments to v1")
    assert "link=https://s/#/incident/3f2a9c01d4e7" in card.sections[1].lines
    assert renderer.event(builders.event("resolved", "Resolved", at=T + 5)).title == "Resolved 08:00:05 resolved"
    assert renderer.event(builders.event("approved", "Ada said yes")).title == "Ada said yes"
    assert told == []


def test_what_fails_when_an_incident_comes_leaves_the_usual_words() -> None:
    told: list[str] = []
    sections = (section("{{ services[9] }}", "offers"), section("Own", None, "{{ services[9] }}"))
    renderer = Renderer(UTC, "", changed(with_(title="{{ services[9] }}", sections=sections), told.append))
    for _ in range(2):
        card = renderer.incident(builders.dossier())
        assert card.title == "payments: errors · open"
        assert [one.heading for one in card.sections] == ["Proposal: roll back payments to v1"]
    assert len(told) == 3
