"""Every message, at its longest and oddest: both platforms take it, nothing in it is raw, and what matters is there."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import slack_blocks, telegram_html
from bot.chat.telegram_buttons import keyboard, pressed
from bot.domain.card import Button, Card
from bot.domain.people import Answer
from bot.domain.render import Renderer
from tests.strategies import cards, dossiers
from tests.strategies.words import LONGEST, ODD, texts
from tests.strict import slack, telegram
from tests.strict.reading import assert_good, in_slack, in_telegram, raw

RENDER = Renderer(ZoneInfo("UTC"), "https://steward.example")


@pytest.mark.slow
@settings(max_examples=100)
@given(cards.rendered)
def test_every_card_is_taken_whole_and_nothing_in_it_is_raw(card: Card) -> None:
    """Title, headings, offers with their buttons, small print and link are there, however long the rest is."""
    assert_good(card)


@settings(max_examples=40)
@given(cards.invented)
def test_any_other_card_is_taken_too(card: Card) -> None:
    for shown, _ in (in_slack(card), in_telegram(card)):
        assert list(raw(shown, card)) == []


@pytest.mark.parametrize("text", ["payments", "ü" * LONGEST])
def test_among_very_many_offers_the_most_promising_and_the_incident_keep_their_buttons(text: str) -> None:
    dossier = dossiers.oddest(text)
    many = tuple(replace(dossier.proposals[0], id=f"{place:012x}", place=place) for place in range(60))
    card = RENDER.incident(replace(dossier, proposals=many, executions=()))
    for _, buttons in (in_slack(card), in_telegram(card)):
        assert len(buttons) >= len(card.buttons)
        assert all(any(one.subject in data for data in buttons) for one in card.buttons)


@settings(max_examples=40)
@given(texts, st.none() | cards.rendered)
def test_every_answer_is_taken(text: str, card: Card | None) -> None:
    message = slack_blocks.answer(Answer(text, card=card))
    if message.blocks:
        assert slack.refusal("response", {"text": message.text, "blocks": message.blocks}) == ("", [])
    args = {"chat_id": 1, "text": telegram_html.plain(text), "parse_mode": "HTML"}
    assert telegram.faults("sendMessage", args) == []


@pytest.mark.parametrize("text", [*ODD, *(piece * LONGEST for piece in ("x", "<", "&", "😀", "`*_~", "ü", "\n", "a "))])
def test_each_odd_text_alone(text: str) -> None:
    """Every entry of the corpus in every place of a card, so that none depends on the luck of the draw."""
    dossier = dossiers.oddest(text[:LONGEST])
    card = RENDER.incident(dossier)
    assert_good(card)
    for event in dossier.events:
        assert_good(RENDER.event(event))


def test_a_button_is_known_again() -> None:
    keys = keyboard([Button("approve", "x" * 500, "a" * 12, "d" * 32)])
    assert keys is not None
    assert pressed(str(keys.inline_keyboard[0][0].callback_data)) == ("approve", "a" * 12, "d" * 32)
