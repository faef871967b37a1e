"""The neutral card: what a message says, before any surface renders it. All texts are plain; renderers escape them."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["critical", "warning", "info", "good"]
Verb = Literal["approve", "stand", "reject", "revoke", "stop", "go"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `subject` is what it is about, and `digest` the token of exactly what it approves, if it does.

    approve, stand, reject: of a proposal. stand: approve it, and the like of it until a time.
    revoke: of a standing approval. stop, go: of all actions; the subject is `actions`.
    """

    verb: Verb
    label: str
    subject: str
    digest: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines below it. A line is plain text; `mono` lines are quoted material such as log lines."""

    heading: str
    lines: tuple[str, ...]
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One message. The title answers "what is going on"; the sections say why and what can be done.

    `link` is the page's address of the incident, or empty. `footer` is small print.
    """

    tone: Tone
    title: str
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    link: str = ""
