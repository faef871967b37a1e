import pytest
from sqlalchemy.engine.default import DefaultDialect

from bot.store.tables import Words, metadata

ANY = DefaultDialect()


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("plain", "plain"),
        ("NUL \x00", "NUL \ufffd"),
        ("half \ud83d", "half ?"),
        ("Grüße 💥", "Grüße 💥"),
        ("x" * 300, "x" * 200),
        (None, None),
    ],
)
def test_words_are_made_such_that_both_databases_take_them(given: str | None, written: str | None) -> None:
    assert Words(200).process_bind_param(given, ANY) == written


def test_words_without_a_length_are_not_cut() -> None:
    assert Words().process_bind_param("x" * 10_000, ANY) == "x" * 10_000


def test_every_time_is_double_and_every_table_has_a_key() -> None:
    for table in metadata.tables.values():
        assert len(table.primary_key) > 0
        for column in table.columns:
            if column.name == "at" or column.name.endswith(("_at", "_until")):
                assert type(column.type).__name__ == "Double", f"{table.name}.{column.name}"
