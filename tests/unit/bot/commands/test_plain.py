from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.commands.plain import plain, report
from bot.domain.card import Button, Card, Section
from bot.domain.render import Renderer
from tests import builders as make
from tests.builders import T

RENDERER = Renderer(ZoneInfo("Europe/Berlin"))


def test_a_card_as_text() -> None:
    card = Card(
        "warning", "It fails", (Section("Why", ("this", "that")),), (Button("approve", "Yes", "p1", "d"),), "end"
    )
    assert plain(card) == "It fails\n\nWhy\n  this\n  that\n\nend"
    assert plain(Card("good", "All is well")) == "All is well"


def test_times_are_in_the_zone_of_the_config() -> None:
    shown = plain(RENDERER.incident(make.dossier()))
    assert "since 09:00:00, affected: payments" in shown
    assert all(line.isprintable() for line in shown.split("\n"))


def test_what_could_do_something_to_a_terminal_is_taken_out() -> None:
    odd = "a\x1b[2J\nb\u202ec\x9b1m"
    shown = plain(Card("info", odd, (Section(odd, (odd,)),), footer=odd))
    assert all(line.isprintable() for line in shown.split("\n"))
    assert len(shown.split("\n")) == 6


def test_a_report_tells_everything() -> None:
    one = make.incident(state="resolved", resolved_at=T + 154, diagnosis=make.diagnosis(author="model", by="llama3.2"))
    done = make.dossier(
        one,
        make.approved(make.proposal(), T + 90),
        make.proposal("p2"),
        executions=(make.execution(error="slow"),),
        outcomes=(make.outcome(), make.outcome(execution_id="another")),
    )
    text = report(done, RENDERER)
    assert text.startswith(
        "# payments: errors\n\n| | |\n|---|---|\n| Incident | 3f2a9c01d4e7 |\n| Severity | critical |\n"
    )
    assert "| Onset | 2027-01-15 09:00:00 CET |\n" in text
    assert "| Ended | 2027-01-15 09:02:34 CET (3 min) |\n| Services | payments |\n" in text
    assert "(words by llama3.2)" in text
    assert "\n* E1: payments v2 was deployed 60 s before the onset\n* E2: " in text
    assert text.count("approved by Ada (Slack)") == text.count("Recovered after 60 s") == 1
    assert "* roll back payments to v1, approved by Ada (Slack): done slow\n" in text
    assert "* payments errors: 41% before, 0% after\n" in text
    assert text.endswith("* 2027-01-15 09:00:30 CET Opened: payments: errors 34%, normally 0% (steward)\n")


def test_a_report_of_what_has_just_begun() -> None:
    text = report(make.dossier(make.incident(diagnosis=None, evidence=()), events=()), RENDERER)
    assert "| Ended | still open |\n" in text
    assert (
        "## Probable cause\n\nNot known.\n\n## Evidence\n\nNone.\n\n## Actions\n\nNone.\n\n## Timeline\n\nNone.\n"
        in text
    )


def test_nothing_from_outside_is_markdown() -> None:
    title = "a | b\n# c [d](http://e) `f` <img> *g* _h_ ~i~ \\"
    text = report(replace(make.dossier(make.incident(title=title)), events=()), RENDERER)
    assert text.splitlines()[0] == (r"# a \| b \# c \[d\](http://e) \`f\` \<img\> \*g\* \_h\_ \~i\~ " + "\\\\")
