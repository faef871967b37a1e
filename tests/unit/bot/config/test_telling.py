from typing import Any

import pytest
from pydantic import ValidationError

from bot.config.telling import TellingSettings


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"routes": [{"services": ["a"]}]}, "say where: slack, telegram, email or webhook"),
        ({"routes": [{"slack": "#ops"}]}, "String should match pattern"),
        ({"routes": [{"telegram": "ops"}]}, "String should match pattern"),
        ({"escalation": [{"after": "5m", "slack": "U1"}]}, "give it a name: whom does it tell?"),
        ({"escalation": [{"after": "0s"}]}, "greater than 0"),
        ({"escalation": [{"after": "20m"}, {"after": "10m"}]}, "in order of their `after`"),
        ({"quiet_hours": {"warning": "22-7"}}, "write hours in quotes"),
        ({"quiet_hours": {"critical": "22:00-07:00"}}, "Extra inputs"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TellingSettings.model_validate(given)
    assert why in str(caught.value)


def test_a_chat_of_telegram_may_be_a_number() -> None:
    told = TellingSettings.model_validate({"routes": [{"telegram": -1001, "slack": "C1"}]})
    assert told.routes[0].places == {"telegram": "-1001", "slack": "C1"}
