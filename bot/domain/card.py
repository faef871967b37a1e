"""The neutral card: what a message says, before any surface renders it. All texts are plain; renderers escape them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Tone = Literal["critical", "warning", "info", "good"]
Verb = Literal[
    "approve", "stand", "reject", "revoke", "stop", "go",
    "ack", "silence", "unsilence", "harmless", "helpful", "wrong", "retune", "adjust",
]  # fmt: skip
Group = Literal["decide", "care", "silence", "judge", "list"]

GROUPS: Mapping[Verb, Group] = {
    "approve": "decide", "stand": "decide", "reject": "decide",
    "ack": "care", "harmless": "care", "adjust": "care",
    "silence": "silence",
    "helpful": "judge", "wrong": "judge",
    "revoke": "list", "unsilence": "list", "retune": "list", "stop": "list", "go": "list",
}  # fmt: skip
"""What stands together: the buttons of one subject and group are one row, or one menu."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `subject` is what it is about, and `digest` the token of exactly what it approves, if it does.

    approve, stand, reject: of a proposal. stand: approve it, and the like of it until a time.
    revoke: of a standing approval. stop, go: of all actions; the subject is `actions`.
    ack, harmless, helpful, wrong: of an incident. silence: of an incident's services, `digest` says for how long.
    adjust: of an incident for which a scaling is offered; it asks for another number.
    unsilence: of a silence. retune: of the thresholds that people's words moved; the subject is a signature's id.
    """

    verb: Verb
    label: str
    subject: str
    digest: str = ""

    @property
    def group(self) -> tuple[str, Group]:
        """What it stands together with."""
        return self.subject, GROUPS[self.verb]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with lines below it. A line is plain text; `mono` lines are quoted material such as log lines."""

    heading: str
    lines: tuple[str, ...]
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A picture for people. `alt` says in words what it shows, for who cannot see it."""

    png: bytes
    title: str
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """One message. The title answers "what is going on"; the sections say why and what can be done.

    `link` is the page's address of the incident, or empty. `footer` is small print.
    about: the incident's id, `digest`, or empty; for outlets that hand on data.
    """

    tone: Tone
    title: str
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
    footer: str = ""
    link: str = ""
    about: str = ""
