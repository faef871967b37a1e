"""What the page is made of."""

from bot.store.store import SqlStore
from tests.fakes.web import Page


def test_each_page_has_its_own_end(store: SqlStore) -> None:
    first, second = Page(store), Page(store)
    first.parts.closing.set()
    assert not second.parts.closing.is_set()
    assert not first.parts.metrics_open
