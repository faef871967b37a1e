from datetime import UTC
from itertools import pairwise

from bot.domain.card import Card
from bot.domain.daybook import Daybook, digest, noisiest
from bot.domain.dossier import Dossier
from bot.domain.halt import Stop
from bot.domain.incident import Incident
from bot.domain.silence import Silence
from tests import builders as make
from tests.builders import T


def lines(card: Card, heading: str) -> tuple[str, ...]:
    return next((section.lines for section in card.sections if section.heading == heading), ())


def often(number: int, service: str = "payments") -> list[Incident]:
    return [make.incident(make.signal(service), id=f"{service}{at}", opened_at=T + at) for at in range(number)]


def test_nothing_to_say_is_one_line_with_the_audits_head() -> None:
    card = digest(Daybook(head="abcdef0123456789"), UTC)
    assert (card.title, card.sections) == ("Digest: a quiet day, nothing to report", ())
    assert card.footer == "audit head abcdef012345"


def test_what_is_noisy_is_what_comes_again_and_again() -> None:
    found = noisiest([*often(4, "search"), *often(3), *often(2, "mail")])
    assert [(name, len(of)) for name, of in found] == [
        ("search/http_error_ratio#level", 4), ("payments/http_error_ratio#level", 3),
    ]  # fmt: skip
    assert all(one.opened_at < two.opened_at for one, two in pairwise(found[0][1]))


def test_a_noisy_signature_can_be_tuned_or_silenced_from_the_digest() -> None:
    card = digest(Daybook(day=[Dossier(one) for one in often(3)]), UTC)
    assert lines(card, "Noisiest") == ("payments/http_error_ratio#level: 3 incidents",)
    assert [(one.verb, one.subject, one.digest) for one in card.buttons] == [
        ("harmless", "payments2", ""), ("silence", "payments2", "1d"),
    ]  # fmt: skip


def test_what_was_not_told_is_told() -> None:
    given = Silence("s1", ("mail",), "slack:U1", "Ada (Slack)", T, T + 3600)
    card = digest(Daybook(silences=[given], untold=2, tuned=1), UTC)
    assert lines(card, "Not told") == (
        "silenced until 09:00: mail, by Ada (Slack)",
        "2 incidents of the day not told, because of silences or quiet hours",
        "1 threshold moved; say `tuning` for the list",
    )


def test_a_day_with_everything() -> None:
    solved = make.incident(state="resolved", resolved_at=T + 600)
    book = Daybook(
        day=[Dossier(solved), Dossier(make.incident(id="b"))],
        pending=[make.proposal()],
        standings=[make.standing()],
        stop=Stop("slack:U1", "Ada (Slack)", T),
    )
    card = digest(book, UTC, "https://steward.example")
    assert (card.tone, card.title) == ("warning", "Digest: 2 incidents in 24 h, 1 still open")
    assert lines(card, "Incidents")[0] == ("3f2a9c01d4e7 payments: errors · resolved, lasted 10 min; cause: payments")
    assert lines(card, "How long it took") == ("to notice: 30 s", "to recover: 10 min")
    assert lines(card, "Waiting") == ("1 proposal waiting for a decision",)
    assert lines(card, "Stopped") == ("all actions are stopped by Ada (Slack)",)
    assert lines(card, "In advance")
