"""A card as a mail: plain text, and the same as simple HTML. Nothing in it can become a header, a tag or an order."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import formatdate
from html import escape

from bot.domain.card import Card, Image, Section
from bot.domain.moments import flattened
from bot.domain.words import inert

SUBJECT = 150
"""Characters of a subject that are kept."""

FORM = policy.SMTP.clone(cte_type="7bit")
"""Lines of any length and script are encoded, so that every server takes them."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom. `root`: the Message-ID that it answers, empty for a first mail; `at`: epoch seconds."""

    sender: str
    to: tuple[str, ...]
    id: str
    subject: str
    at: float
    root: str = ""


def subject_of(card: Card) -> str:
    """`[critical] payments: errors · open`, on one line."""
    mark = f"[{card.tone}] " if card.tone in {"critical", "warning"} else ""
    return f"{mark}{_line(card.title)}"[:SUBJECT]


def compose(envelope: Envelope, card: Card) -> EmailMessage:
    """The card as a mail."""
    card = flattened(card)
    mail = _addressed(envelope)
    mail.set_content(text_of(card))
    mail.add_alternative(html_of(card), subtype="html")
    return mail


def illustrate(envelope: Envelope, image: Image) -> EmailMessage:
    """The picture as a mail, shown in its HTML, with its words for who cannot see it."""
    mail, name = _addressed(envelope), f"picture.{envelope.id.strip('<>')}"
    mail.set_content(f"{_line(image.title)}\n\n{_line(image.alt)}\n")
    mail.add_alternative(
        _page(f'<h3>{_safe(image.title)}</h3><img src="cid:{name}" alt="{_safe(image.alt)}" style="max-width:100%">'),
        subtype="html",
    )
    html = mail.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(image.png, "image", "png", cid=f"<{name}>", filename="picture.png", disposition="inline")
    return mail


def text_of(card: Card) -> str:
    """The card as plain text."""
    parts = [_line(card.title), *(_text(one) for one in card.sections), _line(card.link), _line(card.footer)]
    return "\n\n".join(part for part in parts if part) + "\n"


def html_of(card: Card) -> str:
    """The card as HTML that needs no style sheet, no script and nothing from elsewhere."""
    link = f'<p><a href="{_safe(card.link)}">{_safe(card.link)}</a></p>' if card.link else ""
    footer = f"<p><small>{_safe(card.footer)}</small></p>" if card.footer else ""
    return _page(f"<h2>{_safe(card.title)}</h2>{''.join(_html(one) for one in card.sections)}{link}{footer}")


def _addressed(envelope: Envelope) -> EmailMessage:
    mail = EmailMessage(FORM)
    mail["From"] = envelope.sender
    mail["To"] = ", ".join(envelope.to)
    mail["Subject"] = f"Re: {envelope.subject}" if envelope.root else envelope.subject
    mail["Date"] = formatdate(envelope.at)
    mail["Message-ID"] = envelope.id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    if envelope.root:
        mail["In-Reply-To"] = envelope.root
        mail["References"] = envelope.root
    return mail


def _text(one: Section) -> str:
    return "\n".join([_line(one.heading), *(f"  {_line(line)}" for line in one.lines)]).lstrip("\n")


def _html(one: Section) -> str:
    head = f"<h3>{_safe(one.heading)}</h3>" if one.heading else ""
    lines = [_safe(line) for line in one.lines]
    if one.mono:
        return f"{head}<pre>{'<br>'.join(lines)}</pre>"
    return f"{head}<p>{'<br>'.join(lines)}</p>"


def _page(body: str) -> str:
    return f"<!doctype html><html><body>{body}</body></html>\n"


def _line(text: str) -> str:
    return " ".join(inert(text).split())


def _safe(text: str) -> str:
    return escape(_line(text))
