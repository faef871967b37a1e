import pytest

from bot.domain.silence import Silence, covering
from tests.builders import T


def silence(*services: str, reason: str = "") -> Silence:
    return Silence("s1", services, "slack:U1", "Ada (Slack)", T, T + 3600, reason)


@pytest.mark.parametrize(
    ("services", "silenced", "covered"),
    [
        (["checkout"], [["checkout"]], True),
        (["checkout"], [["payments"]], False),
        (["checkout", "payments"], [["checkout"]], False),
        (["checkout", "payments"], [["checkout"], ["payments"]], True),
        (["checkout", "payments"], [["checkout", "payments", "search"]], True),
        ([], [["checkout"]], False),
        (["checkout"], [], False),
    ],
)
def test_only_what_is_silent_altogether_is_covered(
    services: list[str], silenced: list[list[str]], covered: bool
) -> None:
    assert bool(covering(services, [silence(*names) for names in silenced])) is covered


def test_only_the_silences_that_matter_are_named() -> None:
    mine, other = silence("checkout"), silence("search")
    assert covering(["checkout"], [other, mine]) == (mine,)


def test_who_and_why() -> None:
    assert silence("a", "b").sentence == "a and b, by Ada (Slack)"
    assert silence("a", reason="we move it").sentence == "a, by Ada (Slack): we move it"
