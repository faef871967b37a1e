from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from actions.model import Action, Change, Plan, State, Target, describe

TARGET = Target("kubernetes", "payments", {"namespace": "shop", "workload": "deployment/payments"})
PLAN = Plan(Action("scale", TARGET, replicas=3), "7", (Change("replicas", "2", "3"),), Action("scale", TARGET, 2))


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, version="8"),
        replace(PLAN, action=replace(PLAN.action, replicas=4)),
        replace(PLAN, action=replace(PLAN.action, target=replace(TARGET, service="search"))),
        replace(PLAN, action=replace(PLAN.action, target=replace(TARGET, options={"namespace": "bank"}))),
        replace(PLAN, changes=()),
        replace(PLAN, inverse=None),
    ],
)
def test_the_digest_covers_everything_that_is_approved(other: Plan) -> None:
    assert other.digest != PLAN.digest


SHORT = st.text('a"\\,:', max_size=2)
TARGETS = st.builds(Target, SHORT, SHORT, st.dictionaries(SHORT, SHORT, max_size=2))
NUMBERS, WORDS = st.none() | st.integers(0, 2), st.none() | SHORT
ACTIONS = st.builds(Action, st.sampled_from(["restart", "scale", "rollback"]), TARGETS, NUMBERS, WORDS)
CHANGES = st.lists(st.builds(Change, SHORT, SHORT, SHORT), max_size=2).map(tuple)
PLANS = st.builds(Plan, ACTIONS, SHORT, CHANGES, st.none() | ACTIONS)


@given(PLANS, PLANS, st.sampled_from(["action", "version", "changes", "inverse"]))
def test_plans_share_a_digest_only_when_they_are_equal(one: Plan, other: Plan, name: str) -> None:
    mixed = replace(one, **{name: getattr(other, name)})
    for each in (other, mixed):
        assert (one.digest == each.digest) == (one == each)


def test_the_digest_does_not_depend_on_the_order_of_options() -> None:
    turned = replace(TARGET, options=dict(sorted(TARGET.options.items(), reverse=True)))
    assert replace(PLAN, action=replace(PLAN.action, target=turned)).digest == PLAN.digest
    assert len(PLAN.digest) == 64


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action("restart", TARGET), "restart payments"),
        (Action("scale", TARGET, replicas=3), "scale payments to 3 replicas"),
        (Action("rollback", TARGET, revision="v1"), "roll back payments to v1"),
        (Action("evict", TARGET, instance="payments-5d-x"), "evict payments-5d-x of payments"),
        (Action("cordon", TARGET, instance="n1"), "cordon node n1 for payments"),
        (Action("uncordon", TARGET, instance="n1"), "uncordon node n1 for payments"),
    ],
)
def test_actions_in_words(action: Action, words: str) -> None:
    assert describe(action) == words


@pytest.mark.parametrize(("ready", "problems", "settled"), [(2, (), True), (1, (), False), (2, ("OOMKilled",), False)])
def test_settled(ready: int, problems: tuple[str, ...], settled: bool) -> None:
    assert State(2, ready, "v1", (), "7", problems).settled is settled


def test_a_list_in_the_options_is_carried_through_the_digest_and_the_store() -> None:
    listed = Target("command", "payments", {"restart": ("sh", "x y")})
    other = replace(listed, options={"restart": ("sh x", "y")})
    one, two = (replace(PLAN, action=Action("restart", each)) for each in (listed, other))
    assert one.digest != two.digest
    stored = TypeAdapter(Plan)
    again = stored.validate_json(stored.dump_json(one))
    assert (again, again.digest) == (one, one.digest)
