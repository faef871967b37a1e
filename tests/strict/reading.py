"""How a card reads on both platforms, once their validators have had their say; shared by the tests of messages."""

import string
from collections.abc import Iterator

from bot.chat import slack_blocks, telegram_html
from bot.chat.telegram_buttons import keyboard
from bot.domain.card import Card
from bot.domain.moments import flattened
from tests.strict import slack, telegram

OURS = (
    "Open the incident",
    "Open the page",
    "Silence …",
    "Longer, or with a reason …",
    "more parts did not fit here",
    "more part did not fit here",
)
"""The words that surfaces add to a card."""
ALIKE = str.maketrans("ˋ∗ˍ∼", "`*_~")
"""What stands for the marks that Slack would act upon."""


def bones(text: str) -> str:
    """What is left of a text however it is wrapped, cut and made harmless: its letters, digits and ASCII marks."""
    return "".join(char for char in text.translate(ALIKE) if char.isalnum() or char in string.punctuation)


def said(card: Card) -> str:
    """All that a card says, with its times in the config's zone."""
    card = flattened(card)
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
    options = [option for row in rows for one in row for option in one.get("options", [one])]
    return slack.seen(message.blocks), [one["value"] for one in options if "value" in one]


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
    """Title, headings, small print, every button and the link are there, however long the rest is."""
    seen, card = bones(shown), flattened(card)
    for text in (card.title, card.footer, *(section.heading for section in card.sections)):
        assert bones(text[:20]) in seen
    assert all(any(button.subject in data for data in buttons) for button in card.buttons)
    assert ("Open the" in shown) is bool(card.link)


def assert_good(card: Card) -> None:
    """Both platforms take the card, show nothing raw of it, and all that matters."""
    for shown, buttons in (in_slack(card), in_telegram(card)):
        assert list(raw(shown, card)) == []
        assert_whole(card, shown, buttons)
