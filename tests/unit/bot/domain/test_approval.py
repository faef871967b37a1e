from dataclasses import replace
from typing import Any

import pytest

from actions.guard import Limits
from bot.domain.approval import ApprovedProposal, approved, judge, signed, signed_before, token
from bot.domain.card import Verb
from bot.domain.people import Click, Person
from bot.domain.policy import Policy, Rule
from bot.domain.proposals import Approval, Proposal
from bot.domain.scope import Scope
from bot.domain.standing import Standing
from tests import builders
from tests.builders import ADA

BOB = Person("telegram", "1001", "Bob")
CEM = Person("slack", "U777", "Cem")
STRANGER = Person("slack", "U999", "Ada")
POLICY = Policy(frozenset({ADA.identity, BOB.identity, CEM.identity}), frozenset({"scale"}), 1800)
ONE = builders.sealed(POLICY)
TWO = builders.sealed(POLICY, builders.plan("scale"))
NOW = ONE.created_at + 60
ADAS_YES = Approval(ADA.identity, ADA.words, NOW - 5)


def press(one: Proposal, person: Person = ADA, verb: Verb = "approve", digest: str | None = None) -> Click:
    return Click("c1", person, verb, one.id, token(one.digest) if digest is None else digest)


@pytest.mark.parametrize(
    ("one", "click", "verdict", "words"),
    [
        pytest.param(ONE, press(ONE), "approve", "approved by Ada (Slack)", id="an approver's click"),
        pytest.param(ONE, press(ONE, BOB), "approve", "approved by Bob (Telegram)", id="from another surface"),
        pytest.param(ONE, press(ONE, verb="reject"), "reject", "rejected by Ada (Slack)", id="reject"),
        pytest.param(
            ONE, press(ONE, digest=ONE.digest), "approve", "approved by", id="the whole digest, from the page"
        ),
        pytest.param(TWO, press(TWO), "second", "a second person must approve it too", id="first of two"),
        pytest.param(replace(TWO, approvals=(ADAS_YES,)), press(TWO, CEM), "approve", "approved by Cem", id="second"),
        pytest.param(
            replace(TWO, approvals=(ADAS_YES,)), press(TWO), "refuse", "another person must", id="same person twice"
        ),
        pytest.param(
            replace(TWO, approvals=(ADAS_YES,)),
            press(TWO, verb="reject"),
            "reject",
            "rejected by Ada",
            id="second thoughts",
        ),
        pytest.param(ONE, press(ONE, STRANGER), "refuse", "may not decide here", id="a stranger with Ada's name"),
        pytest.param(ONE, press(ONE, STRANGER, "reject"), "refuse", "may not decide", id="a stranger cannot reject"),
        pytest.param(
            ONE, press(ONE, Person("telegram", ADA.id)), "refuse", "may not decide", id="Ada's id on another surface"
        ),
        pytest.param(ONE, press(ONE, digest="0" * 32), "refuse", "have changed", id="another plan's button"),
        pytest.param(ONE, press(ONE, digest=""), "refuse", "have changed", id="no digest"),
        pytest.param(ONE, press(ONE, digest=ONE.digest[:31]), "refuse", "have changed", id="a shorter digest"),
        pytest.param(ONE, press(ONE, verb="reject", digest="0" * 32), "refuse", "changed", id="reject of another plan"),
    ],
)
def test_judge(one: Proposal, click: Click, verdict: str, words: str) -> None:
    ruling = judge(one, click, POLICY, NOW)
    assert ruling.verdict == verdict
    assert words in ruling.words


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"state": "approved", "approvals": (ADAS_YES,)}, "already approved by Ada (Slack)"),
        ({"state": "rejected", "decided_by": "Bob (Telegram)"}, "already rejected by Bob (Telegram)"),
        ({"state": "expired"}, "already expired"),
        ({"state": "void"}, "already void"),
    ],
)
@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_what_is_decided_stays_decided_and_says_by_whom(over: dict[str, Any], words: str, verb: Verb) -> None:
    ruling = judge(builders.proposal(**over), press(ONE, BOB, verb), POLICY, NOW)
    assert (ruling.verdict, ruling.words) == ("refuse", words)


@pytest.mark.parametrize(("early", "verdict"), [(0.001, "approve"), (0.0, "refuse"), (-0.001, "refuse")])
def test_expiry_counts_to_the_millisecond(early: float, verdict: str) -> None:
    ruling = judge(ONE, press(ONE), POLICY, ONE.expires_at - early)
    assert ruling.verdict == verdict
    assert verdict == "approve" or "expired" in ruling.words


def test_a_button_counts_for_the_plan_that_runs_and_not_for_what_the_row_says_of_it() -> None:
    changed = replace(ONE, plan=builders.plan(version="8"))
    assert judge(changed, press(ONE), POLICY, NOW).verdict == "refuse"


@pytest.mark.parametrize(
    "over",
    [
        {"approvers": POLICY.approvers | {STRANGER.identity}},
        {"two_people_for": frozenset({"rollback"})},
        {"limits": {"payments": Limits(max_replicas=3)}},
        {"rules": (Rule(Scope(services=frozenset({"payments"})), frozenset({ADA.identity})),)},
    ],
    ids=lambda over: next(iter(over)),
)
def test_a_button_counts_under_the_rules_that_it_was_offered_under(over: dict[str, Any]) -> None:
    ruling = judge(ONE, press(ONE), replace(POLICY, **over), NOW)
    assert (ruling.verdict, "the rules behind this button have changed" in ruling.words) == ("refuse", True)


@pytest.mark.parametrize(
    ("one", "over", "verdict"),
    [
        pytest.param({"standing_until": NOW + 9}, {}, "approve", id="until a time"),
        pytest.param({"standing_until": NOW}, {}, "refuse", id="the time is over"),
        pytest.param({"standing_until": None}, {}, "refuse", id="none was offered"),
        pytest.param({"standing_until": NOW + 9, "risk": "high"}, {}, "refuse", id="high risk"),
        pytest.param({"standing_until": NOW + 9}, {"standing_until": None}, "refuse", id="none by the config"),
        pytest.param(
            {"standing_until": NOW + 9}, {"two_people_for": frozenset({"rollback"})}, "refuse", id="two people"
        ),
    ],
)
def test_what_may_be_approved_in_advance(one: dict[str, Any], over: dict[str, Any], verdict: str) -> None:
    policy = replace(POLICY, **over)
    offered = replace(builders.sealed(policy), **one)
    assert judge(offered, press(offered, verb="stand"), policy, NOW).verdict == verdict


@pytest.mark.parametrize(
    ("people", "second", "verdict", "words"),
    [
        pytest.param({}, CEM, "approve", "approved by Cem", id="one surface, one account each"),
        pytest.param({}, BOB, "refuse", "nobody can say that you are not", id="another surface, nobody named"),
        pytest.param({ADA.identity: "ada"}, BOB, "refuse", "nobody can say", id="only the first is named"),
        pytest.param({BOB.identity: "bob"}, BOB, "refuse", "approvals.people", id="only the second is named"),
        pytest.param({ADA.identity: "ada", BOB.identity: "bob"}, BOB, "approve", "by Bob", id="named differently"),
        pytest.param({ADA.identity: "ada", BOB.identity: "ada"}, BOB, "refuse", "you have approved", id="one person"),
        pytest.param({ADA.identity: "ada", CEM.identity: "ada"}, CEM, "refuse", "you have approved", id="two accounts"),
        pytest.param({}, ADA, "refuse", "you have approved this already", id="the same account"),
    ],
)
def test_two_people_are_surely_two(people: dict[str, str], second: Person, verdict: str, words: str) -> None:
    policy = replace(POLICY, people=people)
    once = replace(TWO, approvals=(ADAS_YES,))
    ruling = judge(once, press(once, second), policy, NOW)
    assert ruling.verdict == verdict
    assert words in ruling.words


def test_signed_keeps_who_and_when() -> None:
    both = signed(signed(TWO, ADA, 5.0), BOB, 6.0)
    assert [(one.identity, one.at) for one in both.approvals] == [("slack:U012AB3CD", 5.0), ("telegram:1001", 6.0)]
    assert TWO.approvals == ()


def test_approved_carries_the_execution_and_its_fence() -> None:
    claimed = builders.approved(ONE, NOW)
    begun = builders.execution(proposal_id=ONE.id, fence=4)
    assert approved(claimed, POLICY, begun, NOW) == ApprovedProposal(claimed, "x1", 4)


def test_a_yes_in_advance_says_so_and_where_it_came_from() -> None:
    given = Standing("s1", "rollback", ONE.plan.action.target, ADA.identity, ADA.words, NOW, NOW + 9)
    (yes,) = signed_before(ONE, given, NOW + 1).approvals
    assert yes == Approval(ADA.identity, "Ada (Slack), in advance", NOW + 1, "s1")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (ONE, "p1 is pending, not approved"),
        (builders.proposal(state="rejected", approvals=(ADAS_YES,)), "p1 is rejected, not approved"),
        (builders.proposal(state="approved"), "not enough people approved it"),
        (replace(builders.approved(ONE, NOW), plan=builders.plan(version="8")), "not those that were approved"),
        (replace(builders.approved(ONE, NOW), expires_at=NOW), "expired before it could run"),
        (builders.approved(ONE, NOW, STRANGER), r"Ada \(Slack\) may not approve this any more"),
        (builders.approved(TWO, NOW), "not enough people"),
        (replace(builders.approved(TWO, NOW), approvals=(ADAS_YES, ADAS_YES)), "not enough people"),
    ],
)
def test_nothing_else_becomes_an_approved_proposal(one: Proposal, words: str) -> None:
    with pytest.raises(PermissionError, match=words):
        approved(one, POLICY, builders.execution(proposal_id=one.id), NOW)


def test_another_proposals_execution_cannot_run_it() -> None:
    with pytest.raises(PermissionError):
        approved(builders.approved(ONE, NOW), POLICY, builders.execution(proposal_id="p2"), NOW)
