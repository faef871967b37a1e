"""The pictures of docs/messages.md: each is there and small, and what they show can be sent and is shown whole."""

import re
from pathlib import Path

import pytest

from bot.domain.card import Card
from bot.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.gallery import NOW, gallery
from tests.message_views import in_slack, in_telegram, page
from tests.strict.reading import assert_good

DOCS = Path(__file__).parent.parent / "docs"
NAMED = re.findall(r"!\[([^]]+)\]\(pictures/(\w+)\.png\)", (DOCS / "messages.md").read_text())


@pytest.mark.parametrize(("words", "name"), NAMED)
def test_a_picture_that_the_page_names_is_there_and_small(words: str, name: str) -> None:
    file = DOCS / "pictures" / f"{name}.png"
    assert file.read_bytes().startswith(b"\x89PNG")
    assert file.stat().st_size < 100_000
    assert words


async def test_every_message_is_on_the_page_and_can_be_shown(store: SqlStore, clock: FakeClock) -> None:
    clock.advance(NOW - clock.now())
    pieces = await gallery(store)
    assert [(words, name) for words, name in NAMED] == [(piece.words, name) for name, piece in pieces.items()]
    for piece in pieces.values():
        if isinstance(piece.told, Card):
            assert_good(piece.told)
        assert in_slack(piece.told)
        assert in_telegram(piece.told)
        assert not re.search("<script|<!date|\ue000", page(piece.told))


async def test_the_views_show_what_the_payloads_say(store: SqlStore, clock: FakeClock) -> None:
    clock.advance(NOW - clock.now())
    pieces = await gallery(store)
    slack, telegram = in_slack(pieces["proposal"].told), in_telegram(pieces["proposal"].told)
    for shown in (slack, telegram):
        assert "Approve: roll back payments to v1" in shown
        assert "<b>Probable cause</b>" in shown
    assert "class='button primary'" in slack
    assert 'href="https://steward.example/#/incident/3f2a9c01d4e7"' in telegram
    assert "may not decide here" in in_slack(pieces["refused"].told)
