"""What the flow needs of the outside, as Protocols. Adapters implement them; tests bring fakes typed against them."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from bot.domain.card import Card, Image
from bot.domain.pace import Allowance, Kind
from bot.domain.people import Answer, Click, Command
from bot.domain.picture import Picture
from bot.domain.samples import Pull, Window


class Clock(Protocol):
    """The time. `now` is the wall clock in epoch seconds; `monotonic` never steps."""

    def now(self) -> float:
        """Epoch seconds, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow, for intervals."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        ...


class Source(Protocol):
    """Where samples and log lines come from. Methods raise SourceError and nothing else."""

    name: str
    every: float
    reach: float
    """Seconds of history that a first pull should ask for; 0 where the source has none."""

    async def check(self) -> None:
        """Raises SourceError when `pull` would not work."""
        ...

    async def pull(self, window: Window) -> Pull:
        """The samples and lines of this window. A window longer than two ticks is a back-fill."""
        ...

    async def close(self) -> None:
        """Frees connections and files."""
        ...


@runtime_checkable
class Resumable(Protocol):
    """A source that reads on from where it was."""

    def position(self) -> Mapping[str, Any]:
        """Where it has read to, as JSON types."""
        ...

    def resume(self, position: Mapping[str, Any]) -> None:
        """Reads on from there."""
        ...


class Desk(Protocol):
    """The way in: what a surface hands over when a person does something. What it returns is already durable."""

    async def click(self, click: Click) -> Answer:
        """Judges a click and commits what follows from it."""
        ...

    async def command(self, command: Command) -> Answer:
        """Answers words."""
        ...


class Chat(Protocol):
    """A surface where incidents are posted. Methods raise ChatError and nothing else.

    A `ref` is the surface's own address of a message, in parts with colons between. The first and the last part name
    the message, so that who replies to one need not know where it stands; all else in it is opaque to everyone else.
    """

    surface: str
    allowances: Mapping[Kind, Allowance]
    """How fast it takes messages, by its documented limits."""

    @property
    def trouble(self) -> str:
        """What is wrong with the way in (socket, polling) at this moment, one clear line; empty when nothing is."""
        ...

    async def post(self, card: Card, place: str = "") -> str:
        """Starts a thread, in a place other than the usual one if given; gives the ref of its root message."""
        ...

    async def edit(self, ref: str, card: Card) -> None:
        """Replaces a message in place. A message that already says this is no error."""
        ...

    async def reply(self, ref: str, card: Card) -> str:
        """Adds a message to the thread of `ref`; gives the new message's ref."""
        ...

    async def picture(self, ref: str, image: Image, old: str) -> str:
        """Adds a picture to the thread of `ref`, or replaces the one at `old`; gives the picture's ref."""
        ...

    async def check(self) -> str | None:
        """Raises ChatError when posting would not work: bad token, missing scope, not in the channel.

        Gives what a person should know even though it would.
        """
        ...

    async def listen(self, desk: Desk) -> None:
        """Hands clicks and commands to the desk until cancelled; reconnects by itself for ever."""
        ...

    async def close(self) -> None:
        """Frees connections, after the handlers in flight are done."""
        ...


class Painter(Protocol):
    """Draws pictures, beside the event loop."""

    async def draw(self, one: Picture) -> bytes:
        """The picture as a PNG. Raises StewardError when nothing can be drawn here."""
        ...


class Llm(Protocol):
    """A model that fills in a JSON schema."""

    name: str

    async def complete(self, prompt: str, schema: Mapping[str, Any]) -> str:
        """The model's JSON text. Raises LlmError on any failure, within the deadline that the config sets."""
        ...

    async def check(self) -> None:
        """Raises LlmError when `complete` would not work."""
        ...

    async def close(self) -> None:
        """Frees connections."""
        ...


class Health(Protocol):
    """What works and what does not, for `/health`; a change is one line in the log."""

    def report(self, part: str, trouble: str = "", note: str = "") -> None:
        """Says how a part is: no trouble means that it works; a note is what a person should still know of it."""
        ...
