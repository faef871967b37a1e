import pytest

from bot.domain.scope import Scope

PAYMENTS = ("payments", "production", "restart")


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        pytest.param(Scope(), True, id="nothing named means all"),
        pytest.param(Scope(services=frozenset({"payments", "catalog"})), True, id="one of its services"),
        pytest.param(Scope(services=frozenset({"payment"})), False, id="a name that is only alike"),
        pytest.param(Scope(environments=frozenset({"production"})), True, id="its environment"),
        pytest.param(Scope(environments=frozenset({"staging"})), False, id="another environment"),
        pytest.param(Scope(verbs=frozenset({"restart", "scale"})), True, id="its verb"),
        pytest.param(Scope(verbs=frozenset({"scale"})), False, id="another verb"),
        pytest.param(
            Scope(frozenset({"payments"}), frozenset({"production"}), frozenset({"restart"})), True, id="all three"
        ),
        pytest.param(
            Scope(frozenset({"payments"}), frozenset({"staging"}), frozenset({"restart"})), False, id="two of three"
        ),
    ],
)
def test_a_scope_covers_what_it_names_on_every_side(scope: Scope, covers: bool) -> None:
    assert scope.covers(*PAYMENTS) is covers


def test_a_service_without_an_environment_is_of_no_named_one() -> None:
    assert not Scope(environments=frozenset({"production"})).covers("payments", "", "restart")
    assert Scope().covers("payments", "", "restart")
