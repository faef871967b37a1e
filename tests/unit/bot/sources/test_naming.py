import pytest

from bot.sources.naming import find_service


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ({"service": "checkout", "app": "x", "job": "y"}, "checkout"),
        ({"app": "shop", "job": "y"}, "shop"),
        ({"service": " ", "job": "node"}, "node"),
        ({"job": "", "instance": "10.0.0.1:9100"}, "10.0.0.1:9100"),
        ({"queue": "orders"}, ""),
        ({}, ""),
    ],
)
def test_the_first_label_of_the_rule_that_is_there_names_the_service(labels: dict[str, str], service: str) -> None:
    assert find_service(labels) == service


def test_a_rule_of_ones_own() -> None:
    assert find_service({"queue": "orders", "service": "x"}, ("queue",)) == "orders"
