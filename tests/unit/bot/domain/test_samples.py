import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.samples import series_key


@pytest.mark.parametrize(
    ("labels", "key"),
    [
        ({}, "prom/up{}"),
        ({"b": "2", "a": "1"}, 'prom/up{a="1",b="2"}'),
        ({"path": 'C:\\x "y"\nz'}, r'prom/up{path="C:\\x \"y\"\nz"}'),
    ],
)
def test_the_key_has_sorted_labels_and_escaped_values(labels: dict[str, str], key: str) -> None:
    assert series_key("prom", "up", labels) == key


NAMES = st.from_regex(r"[a-z_]{1,3}", fullmatch=True)
LABELS = st.dictionaries(NAMES, st.text('ab"\\\n,={}', max_size=6), max_size=3)


@given(LABELS, LABELS)
def test_different_labels_never_share_a_key(one: dict[str, str], other: dict[str, str]) -> None:
    assert (series_key("p", "q", one) == series_key("p", "q", other)) == (one == other)
