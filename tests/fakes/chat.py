"""A surface that remembers what it shows."""

import asyncio
from collections.abc import Mapping

from bot.domain.card import Button, Card, Image
from bot.domain.errors import ChatError
from bot.domain.moments import flattened
from bot.domain.pace import Allowance, Kind
from bot.domain.people import Answer, Click, Person
from bot.ports import Desk


class FakeChat:
    """Threads by ref: the root card as it stands, and what was said below it. `broken` is raised instead of sending."""

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.allowances: Mapping[Kind, Allowance] = {}
        self.places: dict[str, str] = {}
        self.pictures: dict[str, Image] = {}
        self.roots: dict[str, Card] = {}
        self.replies: dict[str, list[Card]] = {}
        self.edits = 0
        self.broken: ChatError | None = None
        self.trouble = ""
        self._desk: Desk | None = None

    async def post(self, card: Card, place: str = "") -> str:
        self._refuse()
        ref = f"{self.surface}-{len(self.roots) + 1}"
        self.places[ref] = place
        self.roots[ref] = flattened(card)
        self.replies[ref] = []
        return ref

    async def edit(self, ref: str, card: Card) -> None:
        self._refuse()
        if ref not in self.roots:
            raise ChatError("message not found", gone=True)
        self.roots[ref] = flattened(card)
        self.edits += 1

    async def reply(self, ref: str, card: Card) -> str:
        self._refuse()
        self.replies[ref].append(flattened(card))
        return f"{ref}/{len(self.replies[ref])}"

    async def picture(self, ref: str, image: Image, old: str) -> str:
        self._refuse()
        new = old or f"{ref}/picture"
        self.pictures[new] = image
        return new

    async def check(self) -> None:
        self._refuse()

    async def listen(self, desk: Desk) -> None:
        self._desk = desk
        await asyncio.Event().wait()

    async def close(self) -> None:
        return

    def offers(self) -> bool:
        """Whether something waits for a decision here."""
        return any(button.group[1] == "decide" for card in self.roots.values() for button in card.buttons)

    def button(self, verb: str) -> Button:
        """The newest button of this kind on the surface."""
        found = [button for card in self.roots.values() for button in card.buttons if button.verb == verb]
        return found[-1]

    async def press(self, desk: Desk, verb: str, who: str, button: Button | None = None) -> Answer:
        """Presses a button as somebody."""
        pressed = button or self.button(verb)
        click_id = f"{self.surface}:{who}:{verb}:{pressed.subject}"
        person = Person(self.surface, who, who)
        return await desk.click(Click(click_id, person, pressed.verb, pressed.subject, pressed.digest))

    def texts(self, ref: str) -> list[str]:
        """What was said in a thread."""
        return [card.title for card in self.replies[ref]]

    def _refuse(self) -> None:
        if self.broken is not None:
            raise self.broken
