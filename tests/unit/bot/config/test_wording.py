from pathlib import Path

import pytest

from bot.config.document import parse
from bot.config.load import Config, check
from bot.config.wording import read, wording
from bot.domain.errors import ConfigError
from bot.domain.wording import shipped

LEAST = "sources:\n  - {name: prom, kind: prometheus, url: http://127.0.0.1:9090}\n"
VALUES = {"text": "Resolved after 3 min", "at": "08:00:00", "kind": "resolved"}


def config(templates: str = "") -> Config:
    more = f"telling: {{templates: {templates}}}\n" if templates else ""
    return check(parse(f"{LEAST}{more}", "steward.yaml", {}))


def test_without_a_file_the_words_are_the_shipped_ones() -> None:
    assert wording(config()) is shipped()


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text('events:\n  resolved: "Over: {{ text }}"\n')
    words = wording(config(str(file)))
    assert words.event("resolved", VALUES) == "Over: Resolved after 3 min"
    assert words.event("approved", VALUES) == "Resolved after 3 min"
    assert words.title is shipped().title


def test_a_file_that_is_not_there_is_told_with_the_place_of_its_name() -> None:
    with pytest.raises(ConfigError, match=r"steward\.yaml line 3, telling\.templates: nowhere\.yaml cannot be read"):
        wording(config("nowhere.yaml"))


def test_the_shipped_file_says_the_same_as_nothing() -> None:
    text = Path("bot/domain/messages.yaml").read_text()
    data = parse(text.replace("any:", "resolved:"), "messages.yaml", {})
    assert [one.part for one in read(data).incident.sections] == [one.part for one in shipped().sections]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "words.yaml: must be a mapping with `incident`, `events` or both"),
        ("incident:\n  titel: x", "words.yaml line 2, incident.titel: unknown key 'titel'; did you mean 'title'?"),
        ("incident:\n  title: '{{ titel }}'", "words.yaml line 2, incident.title: there is no 'titel'; did you mean"),
        ("incident:\n  footer: '{{ id'", "words.yaml line 2, incident.footer: unexpected end of template"),
        (
            "incident:\n  sections:\n    - {part: offers}\n    - {heading: x, lines: '{{ range }}'}",
            "words.yaml line 4, incident.sections[1].lines: there is no 'range'",
        ),
        (
            "incident:\n  sections:\n    - {part: offers}\n    - {part: now, heading: '{{ kind }}'}",
            "words.yaml line 4, incident.sections[1].heading: there is no 'kind'",
        ),
        ("incident:\n  sections:\n    - {part: now}", "the part `offers` must be there"),
        ("incident:\n  sections:\n    - {part: offers}\n    - {part: offers}", "a part can be there once"),
        ("incident:\n  sections:\n    - {part: nothing}", "words.yaml line 3, incident.sections[0].part: "),
        ("incident:\n  sections:\n    - {heading: x}", "give a part, or a heading and lines"),
        ("incident:\n  sections:\n    - {part: now, lines: x}", "the lines of a part are not yours to write"),
        ("events:\n  solved: x", "words.yaml line 2, events.solved"),
        ("events:\n  resolved: '{{ title }}'", "words.yaml line 2, events.resolved: there is no 'title'"),
    ],
)
def test_what_cannot_work_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(parse(text, "words.yaml", {}))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
