import pytest

from bot.domain.people import Person


@pytest.mark.parametrize(
    ("person", "identity", "words"),
    [
        (Person("slack", "U1", "Ada"), "slack:U1", "Ada (Slack)"),
        (Person("telegram", "1001"), "telegram:1001", "1001 (Telegram)"),
        (Person("web", "owner", "slack:U1"), "web:owner", "slack:U1 (Web)"),
    ],
)
def test_identity_is_the_surface_and_its_id_and_the_name_is_only_for_reading(
    person: Person, identity: str, words: str
) -> None:
    assert (person.identity, person.words) == (identity, words)
