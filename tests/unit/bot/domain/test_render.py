from dataclasses import replace
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.card import Card
from bot.domain.moments import flattened
from bot.domain.proposals import Approval
from bot.domain.render import Renderer, before_after, tone
from bot.domain.timeline import EventKind
from tests import builders
from tests.builders import ADA, T

RENDER = Renderer(UTC, "https://steward.example")
DONE = builders.approved(builders.proposal(), T + 90)


def section(card: Card, heading: str) -> tuple[str, ...]:
    """The lines under a heading; empty when it is not there."""
    return next((one.lines for one in flattened(card).sections if one.heading == heading), ())


def card(one: Any = None, *proposals: Any, **over: Any) -> Card:
    return RENDER.incident(builders.dossier(one, *proposals, **over))


def test_the_root_message_says_what_why_and_what_can_be_done() -> None:
    shown = card()
    assert (shown.tone, shown.title) == ("critical", "payments: errors · open")
    assert [one.heading for one in shown.sections] == [
        "What is going on", "Probable cause", "Evidence", "Proposal: roll back payments to v1",
    ]  # fmt: skip
    assert section(shown, "What is going on") == (
        "payments: errors 34%, normally 0%",
        "since 08:00:00, affected: payments",
    )
    assert section(shown, "Probable cause")[0].endswith("[E1]. (confidence 82%)")
    assert section(shown, "Evidence")[0] == "[E1] payments v2 was deployed 60 s before the onset"
    assert section(shown, "Proposal: roll back payments to v1") == (
        "payments has been unwell since v2 was deployed; v1 ran before it",
        "revision: v2 → v1",
        "touches its only replica; called by checkout",
        "risk low · cannot be undone · not tried here before · until 08:31:00",
    )
    assert shown.footer == "incident 3f2a9c01d4e7 · critical · words by rules"
    assert shown.link == "https://steward.example/#/incident/3f2a9c01d4e7"


def test_without_a_page_there_is_no_link_and_times_are_those_of_the_zone() -> None:
    shown = Renderer(ZoneInfo("Europe/Berlin")).incident(builders.dossier())
    assert shown.link == ""
    assert "since 09:00:00" in section(shown, "What is going on")[-1]


@pytest.mark.parametrize(
    ("diagnosis", "footer"),
    [
        (builders.diagnosis(author="model", by="llama3.2"), "words by llama3.2"),
        (builders.diagnosis(by="llama3.2 was no help: no answer"), "words by rules (llama3.2 was no help: no answer)"),
        (None, "words by rules"),
    ],
)
def test_the_message_says_who_wrote_the_words(diagnosis: Any, footer: str) -> None:
    assert card(builders.incident(diagnosis=diagnosis)).footer.endswith(footer)


def test_before_a_diagnosis_it_is_still_looking_and_nothing_is_cited() -> None:
    shown = card(builders.incident(diagnosis=None))
    assert section(shown, "Probable cause") == ("still looking",)
    assert section(shown, "Evidence") == ()


def test_an_inconclusive_diagnosis_has_no_confidence_and_only_what_is_cited_is_shown() -> None:
    vague = builders.diagnosis(summary="Inconclusive.", service="", confidence=0.0, citations=("E2",))
    shown = card(builders.incident(diagnosis=vague))
    assert section(shown, "Probable cause") == ("Inconclusive.",)
    assert section(shown, "Evidence") == ("[E2] payments: errors 34%, normally 0%",)


@pytest.mark.parametrize(("blamed", "said"), [("checkout", True), ("payments", False), ("", False)])
def test_when_the_words_blame_another_service_than_the_rules_the_card_says_so(blamed: str, said: bool) -> None:
    lines = section(card(builders.incident(diagnosis=builders.diagnosis(service=blamed))), "Probable cause")
    assert ("the rules rank payments first, and what is offered follows the rules" in lines) is said


def test_many_signals_are_four_and_a_count() -> None:
    one = builders.incident(*(builders.signal(f"s{place}", score=0.9 - place / 10) for place in range(6)))
    lines = section(card(one), "What is going on")
    assert [line.split(":")[0] for line in lines[:4]] == ["s0", "s1", "s2", "s3"]
    assert lines[4] == "and 2 more signals"
    assert lines[5].endswith("affected: s0, s1, s2, s3, s4 and s5")


def test_after_the_end_nothing_is_abnormal() -> None:
    one = builders.incident(builders.signal(firing=False), state="resolved", resolved_at=T + 154)
    shown = card(one)
    assert (shown.tone, shown.title) == ("good", "payments: errors · resolved")
    lines = section(shown, "What is going on")
    assert (lines[0], lines[-1]) == ("nothing is abnormal any more", "resolved at 08:02:34")


@pytest.mark.parametrize(("severity", "state", "colour"), [("warning", "acting", "warning"), ("info", "open", "info")])
def test_the_tone_is_the_severity_until_it_is_over(severity: str, state: str, colour: str) -> None:
    assert tone(builders.incident(severity=severity, state=state)) == colour


@pytest.mark.parametrize("state", ["approved", "rejected", "expired", "void"])
def test_what_is_decided_has_no_buttons_and_is_no_longer_offered(state: str) -> None:
    shown = card(None, builders.proposal(state=state))
    assert {button.group[1] for button in shown.buttons} == {"care", "silence", "judge"}
    assert section(shown, "Proposal: roll back payments to v1") == ()


def test_a_first_of_two_yeses_is_shown() -> None:
    one = builders.proposal(approvals=(Approval(ADA.identity, ADA.words, T + 70),))
    assert section(card(None, one), "Proposal: roll back payments to v1")[-1] == (
        "approved by Ada (Slack), a second person is needed"
    )


def test_what_was_done_says_who_and_what_came_of_it() -> None:
    deeds = {"executions": (builders.execution(),), "outcomes": (builders.outcome(),)}
    assert section(card(None, DONE, **deeds), "What was done") == (
        "roll back payments to v1, approved by Ada (Slack): done",
        "Recovered after 60 s: every signal of the incident cleared and the target is healthy",
        "payments errors: 41% before, 0% after",
    )


def test_a_failure_is_told_with_its_error_and_an_unknown_proposal_is_left_out() -> None:
    failed = builders.execution(state="failed", error="the target moved on")
    stray = builders.execution("x2", "p9")
    assert section(card(None, DONE, executions=(stray, failed)), "What was done") == (
        "roll back payments to v1, approved by Ada (Slack): failed",
        "the target moved on",
    )


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (builders.measure(), "payments errors: 41% before, 0% after"),
        (builders.measure(after=None), "payments errors: 41% before, no data after"),
        (
            builders.measure(title="latency", unit="seconds", before=1.2, after=0.02),
            "latency: 1.2 s before, 20 ms after",
        ),
    ],
)
def test_before_and_after(measure: Any, words: str) -> None:
    assert before_after(measure).endswith(words)


@pytest.mark.parametrize(
    ("kind", "text", "mood"),
    [
        ("verified", "Recovered 60 s after the action", "good"),
        ("verified", "Not recovered 5 min after the action", "warning"),
        ("verified", "It got worse 5 min after the action", "critical"),
        ("verified", "Unclear 5 min after the action", "warning"),
        ("resolved", "Resolved after 3 min", "good"),
        ("failed", "Failed", "warning"),
        ("unknown", "Nobody can say", "warning"),
        ("approved", "approved by Ada (Slack)", "info"),
    ],
)
def test_an_event_in_the_thread(kind: EventKind, text: str, mood: str) -> None:
    shown = RENDER.event(builders.event(kind, text, at=T + 5))
    assert (shown.tone, shown.title, flattened(shown).footer) == (mood, text, "08:00:05")


ODD = st.text(max_size=40) | st.sampled_from(
    ["{0}", "%s", "<!here>", "@channel", "\u202e", "\x00", "\ud800", "a" * 5000]
)


@given(ODD, ODD, st.floats())
def test_odd_text_and_numbers_never_stop_a_card(name: str, text: str, value: float) -> None:
    found = builders.signal(name, title=text, unit=text, value=value, expected=value, score=value)
    one = builders.incident(found, builders.log_signal(name, example=text))
    one = replace(one, evidence=(builders.evidence(text=text),), diagnosis=builders.diagnosis(summary=text, by=text))
    offer = builders.proposal(plan_=builders.plan(service=name), reason=text)
    deeds = {"executions": (builders.execution(error=text),), "outcomes": (builders.outcome(reason=text),)}
    shown = card(one, offer, **deeds)
    assert all(block.lines and block.heading for block in shown.sections)
    assert RENDER.event(builders.event(text=text)).title == text
