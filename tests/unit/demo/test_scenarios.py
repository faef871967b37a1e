import pytest

from demo.scenarios import DEFAULT, SCENARIOS, Scenario
from demo.topology import SERVICES


def test_the_scenarios_and_their_cures() -> None:
    assert {name: scenario.cure for name, scenario in SCENARIOS.items()} == {
        "bad-deploy": "rollback",
        "memory-leak": "restart",
        "overload": "scale",
        "crash-loop": "rollback",
        "quiet": None,
    }
    assert DEFAULT in SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda scenario: scenario.name)
def test_each_happens_to_a_service_and_tells_its_story(scenario: Scenario) -> None:
    assert scenario.service in SERVICES
    assert scenario.story.endswith(".")
    assert (scenario.kind == "load") == (scenario.cure == "scale")
