"""What the stand-in of Telegram knows, and what people do there: chats, messages, presses. No network here."""

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from tests.strict.shapes import units

BOT_ID = 4_242
Json = dict[str, Any]


@dataclass(slots=True)
class Room:
    """A chat. `status` and `rights` are the bot's own; `topics` says of each topic whether it is open.

    `names` says how a topic is called; messages in one without a name do not tell it. `made`: those that the bot made.
    """

    id: int
    type: str = "supergroup"
    topics: dict[int, bool] = field(default_factory=dict)
    status: str = "member"
    may_send: bool = True
    moved_to: int = 0
    title: str = "Operations"
    names: dict[int, str] = field(default_factory=dict)
    rights: frozenset[str] = frozenset()
    made: set[int] = field(default_factory=set)
    colours: dict[int, int] = field(default_factory=dict)

    @property
    def json(self) -> Json:
        """As the Chat object."""
        if self.type == "private":
            return {"id": self.id, "type": "private", "first_name": "Somebody"}
        return {"id": self.id, "type": self.type, "title": self.title, "is_forum": bool(self.topics)}


@dataclass(slots=True)
class Said:
    """A message as people in the chat see it."""

    chat: int
    id: int
    text: str
    html: str = ""
    thread: int | None = None
    reply_to: int | None = None
    buttons: list[list[Json]] = field(default_factory=list)
    by_bot: bool = True
    edits: int = 0
    photo: bytes = b""
    markup: Json = field(default_factory=dict)

    def button(self, label: str) -> Json:
        """The button with this label."""
        return next(key for row in self.buttons for key in row if key["text"] == label)


@dataclass(slots=True)
class Pressed:
    """A press of a button, and what the person was told."""

    id: str
    answered: bool = False
    text: str = ""
    alert: bool = False


class World:
    """The state behind the Bot API, and what people do in it."""

    def __init__(self) -> None:
        self.username = "StewardTestBot"
        self.rooms: dict[int, Room] = {}
        self.messages: list[Said] = []
        self.updates: list[Json] = []
        self.presses: dict[str, Pressed] = {}
        self.menus: dict[tuple[str, str], list[Json]] = {}
        """The commands by scope (`chat:-1001`, `all_private_chats`, ...) and language."""
        self.webhook = ""
        self.reads_all = False
        self._message_ids = itertools.count(100)
        self._update_ids = itertools.count(5_000)
        self._press_ids = itertools.count(900_000)
        self._last: Json = {}

    def next_id(self) -> int:
        """The id of a new message."""
        return next(self._message_ids)

    def add(self, room: Room) -> Room:
        """A chat that the bot is in."""
        return self.rooms.setdefault(room.id, room)

    def seen(self, chat: int, thread: int | None = None) -> list[Said]:
        """The bot's messages in a chat, of one topic if asked; without topic, all."""
        return [said for said in self.messages if said.chat == chat and said.by_bot and thread in {None, said.thread}]

    # What people do.

    def press(self, said: Said, label: str, user: int = 1001, name: str = "Ada") -> Pressed:
        """A person presses a button under a message."""
        press = Pressed(str(next(self._press_ids)))
        self.presses[press.id] = press
        query = {
            "id": press.id,
            "from": _user(user, name),
            "message": self.message(said),
            "chat_instance": "1",
            "data": said.button(label)["callback_data"],
        }
        self._happens({"callback_query": query})
        return press

    def say(
        self, chat: int, text: str, user: int = 1001, thread: int | None = None, reply_to: Said | None = None
    ) -> Said:
        """A person writes; words after a slash are a command and after an @ a mention, as Telegram marks them."""
        room = self.rooms.get(chat) or self.add(Room(chat, type="private" if chat > 0 else "group"))
        said = Said(room.id, self.next_id(), text, thread=thread, by_bot=False)
        self.messages.append(said)
        message = self.message(said) | {"from": _user(user, "Ada")}
        if reply_to is not None:
            message["reply_to_message"] = self.message(reply_to)
        message["entities"] = _entities(text)
        self._happens({"message": message})
        return said

    def replay(self) -> None:
        """The last update comes once more, under a new number."""
        self._happens(self._last)

    def migrate(self, old: int, new: int, *, quietly: bool = False) -> None:
        """The group becomes a supergroup with another id. `quietly`: the bot gets no service message about it."""
        self.add(Room(new))
        self.rooms[old].moved_to = new
        if not quietly:
            said = Said(old, self.next_id(), "", by_bot=False)
            self._happens({"message": self.message(said) | {"migrate_to_chat_id": new}})

    def _happens(self, what: Json) -> None:
        self._last = what
        self.updates.append({"update_id": next(self._update_ids), **what})

    def message(self, said: Said) -> Json:
        """A message as the Message object."""
        message: Json = {"message_id": said.id, "date": 1_700_000_000, "chat": self.rooms[said.chat].json}
        if said.photo:
            size = {"file_id": "1", "file_unique_id": "1", "width": 900, "height": 600}
            message |= {"photo": [size], "caption": said.text}
        else:
            message["text"] = said.text
        if said.by_bot:
            message["from"] = self.me()
        if said.thread is not None:
            message |= {"message_thread_id": said.thread, "is_topic_message": True}
            if name := self.rooms[said.chat].names.get(said.thread):
                message["reply_to_message"] = self._made_the_topic(said, name)
        return message

    def _made_the_topic(self, said: Said, name: str) -> Json:
        """The message that a message in a topic answers, where it answers no other."""
        about = {"message_id": said.thread, "date": 1_700_000_000, "chat": self.rooms[said.chat].json}
        topic: Json = {"message_thread_id": said.thread, "is_topic_message": True}
        topic["from"] = self.me() if said.thread in self.rooms[said.chat].made else _user(1001, "Ada")
        return about | topic | {"forum_topic_created": {"name": name, "icon_color": 7_322_096}}

    def put(self, room: Room, status: str = "member", user: int = 1001, name: str = "Ada") -> Room:
        """A person adds the bot to a chat, or puts it out."""
        self.rooms[room.id] = room
        before, room.status = room.status if room.status != status else "left", status
        members = [self.me_as(one) for one in (before, status)]
        change = {"chat": room.json, "from": _user(user, name), "date": 1_700_000_000}
        self._happens({"my_chat_member": change | {"old_chat_member": members[0], "new_chat_member": members[1]}})
        return room

    def me_as(self, status: str) -> Json:
        """The bot as a ChatMember object that is no administrator."""
        member = {"user": self.me(), "status": status}
        return member | {"until_date": 0} if status == "kicked" else member

    def me(self) -> Json:
        """The bot as a User object."""
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Steward",
            "username": self.username,
            "can_join_groups": True,
            "can_read_all_group_messages": self.reads_all,
            "supports_inline_queries": False,
        }


def _user(user: int, name: str) -> Json:
    return {"id": user, "is_bot": False, "first_name": name}


def _entities(text: str) -> list[Json]:
    kinds = {"/": "bot_command", "@": "mention"}
    found = re.finditer(r"^/\w{1,64}(?:@\w+)?|@\w+", text)
    return [{"type": kinds[one[0][0]], "offset": units(text[: one.start()]), "length": units(one[0])} for one in found]
