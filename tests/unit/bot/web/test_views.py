"""Models of answers and questions."""

import pytest
from pydantic import ValidationError

from bot.web.views import Decision, EvidenceView, Moment, moment
from tests import builders as make


def test_a_moment_is_one_time_told_twice() -> None:
    at = moment(1_800_000_000.25)
    assert isinstance(at, Moment)
    assert at.model_dump(mode="json") == {"iso": "2027-01-15T08:00:00.250000Z", "epoch": 1_800_000_000.25}
    assert moment(at) is at
    assert moment(None) is None


def test_models_read_domain_values() -> None:
    assert EvidenceView.model_validate(make.evidence()).kind == "deployment"


@pytest.mark.parametrize("digest", ["a" * 32, "0123456789abcdef" * 4])
def test_a_digest_or_its_token_is_taken(digest: str) -> None:
    assert Decision(digest=digest).digest == digest


@pytest.mark.parametrize("digest", ["", "a" * 31, "a" * 65, "A" * 32, "g" * 32, "a" * 32 + "\n"])
def test_anything_else_is_not(digest: str) -> None:
    with pytest.raises(ValidationError):
        Decision(digest=digest)
