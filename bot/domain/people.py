"""Who clicks and asks. Identity is the surface and its stable id, never a display name."""

from dataclasses import dataclass

from bot.domain.card import Card, Verb


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a surface. `name` is for reading only and decides nothing."""

    surface: str
    id: str
    name: str = ""

    @property
    def identity(self) -> str:
        """`slack:U012AB3CD`: what the config, the rows and the audit know."""
        return f"{self.surface}:{self.id}"

    @property
    def words(self) -> str:
        """The person as others read it: `Ada (Slack)`."""
        return f"{self.name or self.id} ({self.surface.capitalize()})"


@dataclass(frozen=True, slots=True)
class Click:
    """One press of a button. `id` names what happened, not its delivery, so that a replay is known as one."""

    id: str
    person: Person
    verb: Verb
    subject: str
    digest: str


@dataclass(frozen=True, slots=True)
class Command:
    """Words said to the bot: `status`, or `show 3f2a`.

    private: where nobody else listens, and anybody may write.
    thread: the surface's ref of the message that it answers, or of the thread's root; empty outside of any. With a
        colon at its end it is the beginning of the refs of all messages there.
    """

    id: str
    person: Person
    words: tuple[str, ...]
    private: bool = False
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person is told. `accepted` says whether the click or command had an effect or a result."""

    text: str
    accepted: bool = True
    card: Card | None = None
