from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import tuning
from bot.domain.incident import Verdict
from bot.domain.tuning import LEAST, MOST, Vote, factors
from tests import builders as make
from tests.builders import T

SIGNATURE = "payments/http_error_ratio#level"


def vote(verdict: Verdict, at: float = 0.0, signature: str = SIGNATURE) -> Vote:
    return Vote("i1", "slack:U1", signature, verdict, at)


def test_a_signature_is_a_detector_on_a_query_of_a_service() -> None:
    assert tuning.signature(make.signal()) == SIGNATURE
    assert tuning.signature(make.log_signal()) == "payments/log_pattern#patterns"
    assert tuning.short(SIGNATURE) != tuning.short(SIGNATURE + "x")
    assert len(tuning.short(SIGNATURE)) == len(tuning.short("half of a pair: \ud800")) == 12


@pytest.mark.parametrize(
    ("cast", "start", "expected"),
    [
        ([], {}, {}),
        ([vote("wrong")], {}, {}),
        ([vote("harmless")], {}, {SIGNATURE: 1.1}),
        ([vote("helpful")], {}, {SIGNATURE: 0.97}),
        ([vote("harmless"), vote("harmless", 1)], {}, {SIGNATURE: 1.21}),
        ([vote("harmless")], {SIGNATURE: 2.0}, {SIGNATURE: 2.2}),
        ([vote("harmless")] * 50, {}, {SIGNATURE: MOST}),
        ([vote("helpful")] * 50, {}, {SIGNATURE: LEAST}),
        ([], {SIGNATURE: 1.5}, {SIGNATURE: 1.5}),
        ([vote("harmless")], {"*": 2.0}, {"*": 2.0, SIGNATURE: 2.2}),
        ([], {"*": 2.0, SIGNATURE: 1.0}, {"*": 2.0, SIGNATURE: 1.0}),
    ],
)
def test_votes_move_a_threshold_within_bounds(
    cast: list[Vote], start: dict[str, float], expected: dict[str, float]
) -> None:
    assert factors(cast, start) == pytest.approx(expected)


@given(st.lists(st.builds(vote, st.sampled_from(["harmless", "helpful", "wrong"]), st.floats(0, 1e9))))
def test_whatever_is_said_a_factor_stays_in_its_bounds_and_order_of_rows_does_not_matter(cast: list[Vote]) -> None:
    found = factors(cast, {})
    assert all(LEAST <= factor <= MOST for factor in found.values())
    in_time = sorted(cast, key=lambda one: one.at)
    assert factors(in_time, {}) == found


def test_a_verdict_is_a_vote_for_each_signature_of_the_incident() -> None:
    one = make.incident(make.signal(), replace(make.signal(), key="other#level"), make.log_signal())
    cast = tuning.votes(one, "slack:U1", "Ada", "harmless", T)
    assert [vote.signature for vote in cast] == [SIGNATURE, "payments/log_pattern#patterns"]
    assert {(vote.incident_id, vote.identity, vote.at) for vote in cast} == {(one.id, "slack:U1", T)}
