"""What a press may carry."""

import pytest
from pydantic import ValidationError

from bot.web.care_views import SilenceOrder


def test_for_how_long_is_called_for() -> None:
    assert SilenceOrder.model_validate({"for": "2h"}).span == "2h"
    with pytest.raises(ValidationError):
        SilenceOrder.model_validate({"span": "2h"})
