"""The methods of the Bot API over the stand-in's world. The refusals are the public server's, word for word."""

from tests.standins.telegram_world import Json, Room, Said, World
from tests.strict.telegram import shown

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_edit_tag",
    "can_react_to_messages",
)


UNCHANGED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_topics",
    "can_manage_direct_messages",
    "can_manage_tags",
    "can_post_messages",
)


class RefusedError(Exception):
    """An answer with ok: false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class Methods:
    """What a bot can ask for."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send(self, args: Json) -> Json:
        """The method sendMessage."""
        return self._put(args, shown(args), args["text"])

    def _put(self, args: Json, text: str, source: str, photo: bytes = b"") -> Json:
        room = self._open_room(args)
        thread = args.get("message_thread_id")
        if thread is not None and int(thread) not in room.topics:
            raise RefusedError(400, "Bad Request: message thread not found")
        if thread is not None and not room.topics[int(thread)] and "can_manage_topics" not in room.rights:
            raise RefusedError(400, "Bad Request: TOPIC_CLOSED")
        root = args.get("reply_parameters") or {}
        reply_to = root.get("message_id")
        if reply_to and not any(said.chat == room.id and said.id == reply_to for said in self._world.messages):
            if not root.get("allow_sending_without_reply"):
                raise RefusedError(400, "Bad Request: message to be replied not found")
            reply_to = None
        said = Said(room.id, 0, text, source, None if thread is None else int(thread), reply_to, _keys(args))
        said.id, said.photo, said.markup = self._world.next_id(), photo, args.get("reply_markup") or {}
        self._world.messages.append(said)
        return self._world.message(said)

    def edit(self, args: Json) -> Json:
        """The method editMessageText."""
        said = self._mine(args)
        text, keys = shown(args), _keys(args)
        if (args["text"], keys) == (said.html, said.buttons):
            raise RefusedError(400, UNCHANGED)
        said.text, said.html, said.buttons, said.edits = text, args["text"], keys, said.edits + 1
        return self._world.message(said)

    def _mine(self, args: Json) -> Said:
        """The message to edit."""
        room, wanted = self._open_room(args), int(args["message_id"])
        said = next((said for said in self._world.messages if (said.chat, said.id) == (room.id, wanted)), None)
        if said is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if not said.by_bot:
            raise RefusedError(400, "Bad Request: message can't be edited")
        return said

    def answer(self, args: Json) -> bool:
        """The method answerCallbackQuery."""
        press = self._world.presses.get(str(args.get("callback_query_id")))
        if press is None or press.answered:
            description = "Bad Request: query is too old and response timeout expired or query ID is invalid"
            raise RefusedError(400, description)
        text = str(args.get("text", ""))
        press.answered, press.text, press.alert = True, text, str(args.get("show_alert")).lower() == "true"
        return True

    def set_commands(self, args: Json) -> bool:
        """The method setMyCommands."""
        commands: list[Json] = args["commands"]
        scope: Json = args.get("scope") or {"type": "default"}
        if scope["type"] == "chat":
            self._room(scope)
        name = ":".join(str(scope[key]) for key in ("type", "chat_id") if key in scope)
        self._world.menus[name, str(args.get("language_code", ""))] = commands
        return True

    def chat(self, args: Json) -> Json:
        """The method getChat."""
        room = self._room(args)
        return room.json | {
            "accent_color_id": 1,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, False),
            "permissions": dict.fromkeys(_PERMISSIONS, True),
        }

    def member(self, args: Json) -> Json:
        """The method getChatMember, for the bot itself."""
        room = self._room(args)
        user = {"user": self._world.me(), "status": room.status}
        if room.status == "member" and not room.may_send:
            return (
                user | {"status": "restricted", "is_member": True, "until_date": 0} | dict.fromkeys(_PERMISSIONS, False)
            )
        if room.status == "kicked":
            return user | {"until_date": 0}
        if room.status == "administrator":
            return user | {right: right in room.rights for right in _RIGHTS}
        return user | {"is_anonymous": False} if room.status == "creator" else user

    def webhook(self, _: Json) -> Json:
        """The method getWebhookInfo."""
        pending = len(self._world.updates)
        return {"url": self._world.webhook, "has_custom_certificate": False, "pending_update_count": pending}

    def delete_webhook(self, _: Json) -> bool:
        """The method deleteWebhook."""
        self._world.webhook = ""
        return True

    def _room(self, args: Json) -> Room:
        room = self._world.rooms.get(int(args.get("chat_id", 0)))
        if room is None:
            raise RefusedError(400, "Bad Request: chat not found")
        return room

    def _open_room(self, args: Json) -> Room:
        room = self._room(args)
        if room.moved_to:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, description, migrate_to_chat_id=room.moved_to)
        if room.status in {"kicked", "left"} and room.type == "private":
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if room.status == "kicked":
            raise RefusedError(403, f"Forbidden: bot was kicked from the {room.type} chat")
        if not room.may_send:
            raise RefusedError(400, "Bad Request: not enough rights to send text messages to the chat")
        return room


def _keys(args: Json) -> list[list[Json]]:
    rows: list[list[Json]] = (args.get("reply_markup") or {}).get("inline_keyboard", [])
    return rows
