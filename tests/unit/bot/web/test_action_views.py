"""Models of what is said and asked about actions."""

import pytest
from pydantic import ValidationError

from bot.web.action_views import Decision, StopOrder


@pytest.mark.parametrize("digest", ["a" * 32, "0123456789abcdef" * 4])
def test_a_digest_or_its_token_is_taken(digest: str) -> None:
    assert Decision(digest=digest).digest == digest


@pytest.mark.parametrize("digest", ["", "a" * 31, "a" * 65, "A" * 32, "g" * 32, "a" * 32 + "\n"])
def test_anything_else_is_not(digest: str) -> None:
    with pytest.raises(ValidationError):
        Decision(digest=digest)


@pytest.mark.parametrize("body", [{"reason": "a" * 201}, {"reason": None}, {"why": "x"}])
def test_an_order_to_stop_is_short_and_plain(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StopOrder.model_validate(body)
