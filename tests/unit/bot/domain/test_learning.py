import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import learning
from bot.domain.dossier import Dossier
from bot.domain.execution import Course, Outcome
from bot.domain.learning import Lessons, Prior, fold, kind, signature
from bot.domain.timeline import EventKind
from tests.builders import T, course, event, incident, outcome, signal, suspect

MINE = {"signature": "payments:http_error_ratio", "kind": "deployment", "verb": "rollback"}


def told(*results: str, **over: Any) -> list[Outcome]:
    """Outcomes one after another, oldest first."""
    return [outcome(**{**MINE, "result": result, "at": float(at), **over}) for at, result in enumerate(results)]


def prior(outcomes: list[Outcome]) -> Prior:
    return fold(Lessons(outcomes), MINE["signature"], MINE["kind"], MINE["verb"])


def test_with_no_outcome_it_is_a_coin_with_the_deviation_of_beta_1_1() -> None:
    found = prior([])
    assert (found.mean, found.helped, found.tried) == (0.5, 0, 0)
    assert found.bound == pytest.approx(0.5 + math.sqrt(1 / 12))


@pytest.mark.parametrize(
    ("outcomes", "mean", "weight"),
    [
        # One success seen at all three levels: (1 + 2 * 1/2) / 3 = 2/3, (1 + 4/3) / 3 = 7/9, (1 + 14/9) / 3 = 23/27.
        pytest.param(told("recovered"), 23 / 27, 1, id="one that helped"),
        # The mirror image: (0 + 1) / 3 = 1/3, (2/3) / 3 = 2/9, (4/9) / 3 = 4/27.
        pytest.param(told("not_recovered"), 4 / 27, 1, id="one that did not"),
        pytest.param(told("worse"), 4 / 27, 1, id="worse counts as not helped"),
        pytest.param(told("recovered", "unclear"), 23 / 27, 1, id="unclear counts as neither"),
        # Another service's incident of this kind: two levels, and the exact one has nothing to add.
        pytest.param(told("recovered", signature="search:up"), 7 / 9, 0, id="backs off to the kind"),
        pytest.param(told("recovered", signature="search:up", kind="leak"), 2 / 3, 0, id="backs off to the verb"),
        pytest.param(told("recovered", verb="restart"), 1 / 2, 0, id="another verb says nothing"),
        # Same signature under another kind does not count as exact.
        pytest.param(told("recovered", kind="leak"), 2 / 3, 0, id="the exact level is within the kind"),
    ],
)
def test_the_formula_by_hand(outcomes: list[Outcome], mean: float, weight: float) -> None:
    found = prior(outcomes)
    assert found.mean == pytest.approx(mean)
    assert found.bound == pytest.approx(mean + math.sqrt(mean * (1 - mean) / (weight + 3)))


@pytest.mark.parametrize(("order", "helped"), [(("recovered", "worse"), 0.99), (("worse", "recovered"), 1.0)])
def test_each_older_outcome_is_worth_a_hundredth_less(order: tuple[str, str], helped: float) -> None:
    mean = 0.5
    for _ in range(3):
        mean = (helped + 2 * mean) / (1.99 + 2)
    assert prior(told(*order)).mean == pytest.approx(mean)
    assert prior(told(*order)[::-1]).mean == pytest.approx(mean), "the time counts, not the order they come in"


def test_what_people_read() -> None:
    assert prior([]).words == "not tried here before"
    assert prior(told("recovered", "worse", "unclear")).words == "helped 1 of 2 times (few data)"
    assert prior(told(*["recovered"] * 20)).words == "helped 20 of 20 times"
    assert prior(told("recovered", signature="search:up")).words == "not tried here before"


def left(*recovered: bool | None, **over: Any) -> list[Course]:
    """Incidents that nobody acted on."""
    return [course(recovered=one, signature=MINE["signature"], **over) for one in recovered]


@pytest.mark.parametrize(
    ("outcomes", "courses", "words"),
    [
        pytest.param([], left(True, False, False), "not tried here before; without action 1 of 3 recovered (few data)"),
        pytest.param(
            told("recovered", "worse"), left(False),
            "helped 1 of 2 times; without action 0 of 1 recovered (few data)", id="both are few",
        ),
        pytest.param(
            told(*["recovered"] * 20), left(True),
            "helped 20 of 20 times; without action 1 of 1 recovered (few data)", id="one of them is few",
        ),
        pytest.param(
            told(*["recovered"] * 20), left(*[False] * 20),
            "helped 20 of 20 times; without action 0 of 20 recovered", id="both are enough",
        ),
        pytest.param(told("worse"), left(None, None), "helped 0 of 1 times (few data)", id="left open says nothing"),
        pytest.param(
            told("worse"), left(True, kind="leak"),
            "helped 0 of 1 times; without action 1 of 1 recovered (few data)", id="alike by signature alone",
        ),
        pytest.param(
            told("worse"), [course(signature="search:up")], "helped 0 of 1 times (few data)", id="another signature",
        ),
    ],
)  # fmt: skip
def test_what_people_read_of_incidents_that_were_left_alone(
    outcomes: list[Outcome], courses: list[Course], words: str
) -> None:
    found = fold(Lessons(outcomes, courses), MINE["signature"], MINE["kind"], MINE["verb"])
    assert found.words == words
    assert (found.mean, found.bound) == (prior(outcomes).mean, prior(outcomes).bound), "the rank is of the action alone"


def went(*facts: tuple[EventKind, float], **over: Any) -> Dossier:
    """An incident with these facts, so many seconds after the onset."""
    events = tuple(event(kind, at=T + at) for kind, at in (("opened", 0.0), *facts))
    return Dossier(incident(signal(firing=False), **over), events=events)


OFFERED: tuple[EventKind, float] = ("proposed", 10.0)


@pytest.mark.parametrize(
    ("facts", "now", "recovered", "at"),
    [
        pytest.param([], 9999, "none", 0, id="offered nothing"),
        pytest.param([OFFERED], 69.999, "none", 0, id="it may still recover"),
        pytest.param([OFFERED], 70, False, 70, id="its time is over"),
        pytest.param([OFFERED], 9999, False, 70, id="its time is long over"),
        pytest.param([OFFERED, ("resolved", 30)], 30, True, 30, id="by itself"),
        pytest.param([OFFERED, ("resolved", 30)], 9999, True, 30, id="by itself, told late"),
        pytest.param([OFFERED, ("resolved", 70)], 70, True, 70, id="in the last moment"),
        pytest.param([OFFERED, ("resolved", 71)], 71, False, 70, id="by itself but too late"),
        pytest.param([OFFERED, ("executed", 20)], 20, None, 20, id="somebody acted"),
        pytest.param([OFFERED, ("unknown", 20), ("resolved", 40)], 40, None, 20, id="and then it recovered"),
        pytest.param(
            [OFFERED, ("executing", 20), ("failed", 21), ("resolved", 40)], 40, True, 40, id="nothing was done"
        ),
        pytest.param([OFFERED, ("executed", 80), ("resolved", 90)], 90, False, 70, id="somebody acted late"),
        pytest.param([OFFERED, ("resolved", 30), ("reopened", 40), OFFERED], 50, True, 30, id="came back"),
        pytest.param([("resolved", 1), ("reopened", 5), OFFERED], 20, "none", 0, id="an end before the offer"),
        pytest.param([("resolved", 1), ("reopened", 5), OFFERED], 70, False, 70, id="an end before the offer, over"),
        pytest.param([OFFERED, ("proposed", 50)], 70, False, 70, id="the first offer counts"),
    ],
)
def test_how_an_incident_went_without_an_action(
    facts: list[tuple[EventKind, float]], now: float, recovered: bool | str | None, at: float
) -> None:
    found = learning.course(went(*facts), 60.0, T + now)
    if recovered == "none":
        assert found is None
    else:
        wanted = Course(incident().id, "payments:http_error_ratio", "deployment", bool(recovered), T + at)
        assert found == (wanted if recovered is not None else replace(wanted, recovered=None))


@pytest.mark.parametrize(("end", "recovered"), [("", True), ("lost", None), ("adopted", None)])
def test_what_was_not_seen_to_be_normal_again_has_not_surely_recovered(end: str, recovered: bool | None) -> None:
    dossier = went(OFFERED, ("resolved", 30))
    unseen = replace(dossier, incident=incident(signal(firing=False, end=end)))
    found = learning.course(unseen, 60.0, T + 40)
    assert found is not None
    assert found.recovered is recovered


OUTCOMES = st.lists(
    st.builds(
        outcome,
        result=st.sampled_from(["recovered", "not_recovered", "worse", "unclear"]),
        signature=st.sampled_from([MINE["signature"], "b"]),
        kind=st.sampled_from(["deployment", "leak"]),
        verb=st.sampled_from(["rollback", "restart"]),
        at=st.floats(0, 1e9),
    ),
    max_size=40,
)


@given(OUTCOMES)
def test_the_mean_is_a_probability_that_is_never_sure_and_the_bound_is_above_it(outcomes: list[Outcome]) -> None:
    found = prior(outcomes)
    assert 0 < found.mean < 1
    assert found.bound > found.mean
    assert 0 <= found.helped <= found.tried <= len(outcomes)


@given(OUTCOMES)
def test_one_more_success_never_lowers_the_mean_and_one_more_failure_never_raises_it(outcomes: list[Outcome]) -> None:
    before = prior(outcomes).mean
    assert prior([*outcomes, *told("recovered", at=2e9)]).mean >= before - 1e-12
    assert prior([*outcomes, *told("worse", at=2e9)]).mean <= before + 1e-12


def test_incidents_are_alike_by_the_blamed_service_and_its_queries() -> None:
    signals = (signal("checkout"), signal("payments", "up"), signal("payments"))
    assert signature(incident(*signals)) == "payments:http_error_ratio+up"
    assert signature(incident(*signals, suspects=())) == "checkout:http_error_ratio"
    assert signature(incident(signals={}, suspects=())) == "?:"
    assert kind(incident(suspects=(suspect(cause="leak"),))) == "leak"
    assert kind(incident(suspects=())) == "unknown"
