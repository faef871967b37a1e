"""Every message, at its longest and oddest: both platforms take it, nothing in it is raw, and what matters is there."""

import string
from collections.abc import Iterator
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

RENDER = Renderer(ZoneInfo("UTC"), "https://steward.example")
OURS = ("Open the incident", "Open the page", "more parts did not fit here", "more part did not fit here")
"""The words that surfaces add to a card."""
ALIKE = str.maketrans("ˋ∗ˍ∼", "`*_~")
"""What stands for the marks that Slack would act upon."""


def bones(text: str) -> str:
    """What is left of a text however it is wrapped, cut and made harmless: its letters, digits and ASCII marks."""
    return "".join(char for char in text.translate(ALIKE) if char.isalnum() or char in string.punctuation)


def said(card: Card) -> str:
    """All that a card says."""
    parts = [card.title, *(text for one in card.sections for text in (one.heading, *one.lines)), card.footer]
    return "".join(
        map(bones, [*parts, *(button.label for button in card.buttons), *(one.verb for one in card.buttons)])
    )


def in_slack(card: Card) -> tuple[str, list[str]]:
    """What a reader sees in Slack, and the values of the buttons; after all validators have had their say."""
    message = slack_blocks.render(card)
    for method in ("chat.postMessage", "chat.update", "chat.postEphemeral", "response"):
        assert slack.refusal(method, {"text": message.text, "blocks": message.blocks}) == ("", [])
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return slack.seen(message.blocks), [one["value"] for row in rows for one in row if "value" in one]


def in_telegram(card: Card) -> tuple[str, list[str]]:
    """What a reader sees in Telegram, and the data of the buttons; after all validators have had their say."""
    keys = keyboard(card.buttons)
    args = {"chat_id": -1001, "text": telegram_html.render(card), "parse_mode": "HTML"}
    args |= {"reply_markup": keys.to_dict()} if keys else {}
    assert telegram.faults("sendMessage", args) == []
    assert telegram.faults("editMessageText", {**args, "message_id": 7}) == []
    return telegram.shown(args), [str(one.callback_data) for row in keys.inline_keyboard for one in row] if keys else []


def raw(shown: str, card: Card) -> Iterator[str]:
    """The lines that are not the beginning of anything that the card says: markup, halves of entities, inventions."""
    whole = said(card)
    for line in shown.splitlines():
        for words in OURS:
            line = line.removesuffix(words)  # noqa: PLW2901  # the same line without our own words
        if bones(line) not in whole and not line.strip("… ").isdecimal():
            yield line


def assert_whole(card: Card, shown: str, buttons: list[str]) -> None:
    seen = bones(shown)
    for text in (card.title, card.footer, *(section.heading for section in card.sections)):
        assert bones(text[:20]) in seen
    assert all(any(button.subject in data for data in buttons) for button in card.buttons)
    assert ("Open the" in shown) is bool(card.link)


@settings(max_examples=100)
@given(cards.rendered)
def test_every_card_is_taken_whole_and_nothing_in_it_is_raw(card: Card) -> None:
    """Title, headings, offers with their buttons, small print and link are there, however long the rest is."""
    for shown, buttons in (in_slack(card), in_telegram(card)):
        assert list(raw(shown, card)) == []
        assert_whole(card, shown, buttons)


@settings(max_examples=40)
@given(cards.invented)
def test_any_other_card_is_taken_too(card: Card) -> None:
    for shown, _ in (in_slack(card), in_telegram(card)):
        assert list(raw(shown, card)) == []


@pytest.mark.parametrize("text", ["payments", "ü" * LONGEST])
def test_among_very_many_offers_the_most_promising_keep_their_buttons(text: str) -> None:
    dossier = dossiers.oddest(text)
    many = tuple(replace(dossier.proposals[0], id=f"{place:012x}", place=place) for place in range(60))
    card = RENDER.incident(replace(dossier, proposals=many, executions=()))
    for _, buttons in (in_slack(card), in_telegram(card)):
        kept = [button.subject for button in card.buttons[: len(buttons)]]
        assert len(kept) >= 24
        assert all(subject in data for subject, data in zip(kept, buttons, strict=True))


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
    for shown, buttons in (in_slack(card), in_telegram(card)):
        assert list(raw(shown, card)) == []
        assert_whole(card, shown, buttons)
    for event in dossier.events:
        in_slack(RENDER.event(event))
        in_telegram(RENDER.event(event))


def test_a_button_is_known_again() -> None:
    keys = keyboard([Button("approve", "x" * 500, "a" * 12, "d" * 32)])
    assert keys is not None
    assert pressed(str(keys.inline_keyboard[0][0].callback_data)) == ("approve", "a" * 12, "d" * 32)
