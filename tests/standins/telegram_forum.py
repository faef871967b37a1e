"""Topics and photos over the stand-in's world. The refusals are the public server's, word for word."""

from tests.standins.telegram_methods import UNCHANGED, Methods, RefusedError
from tests.standins.telegram_world import Json, Room
from tests.strict.telegram import shown


class Api(Methods):
    """All that a bot can ask for."""

    def create_topic(self, args: Json) -> Json:
        """The method createForumTopic."""
        room = self._forum(args)
        name, colour = str(args["name"]), int(args["icon_color"])
        topic = self._world.next_id()
        room.topics[topic], room.names[topic], room.colours[topic] = True, name, colour
        room.made.add(topic)
        return {"message_thread_id": topic, "name": name, "icon_color": colour}

    def edit_topic(self, args: Json) -> bool:
        """The method editForumTopic."""
        room, topic = self._topic(args)
        if room.names.get(topic) == args["name"]:
            raise RefusedError(400, "Bad Request: TOPIC_NOT_MODIFIED")
        room.names[topic] = str(args["name"])
        return True

    def close_topic(self, args: Json) -> bool:
        """The method closeForumTopic."""
        return self._turn(args, is_open=False)

    def reopen_topic(self, args: Json) -> bool:
        """The method reopenForumTopic."""
        return self._turn(args, is_open=True)

    def send_photo(self, args: Json) -> Json:
        """The method sendPhoto."""
        return self._put(args, shown(args), args["caption"], args["photo"])

    def edit_media(self, args: Json) -> Json:
        """The method editMessageMedia, for a photo that comes with the call."""
        said, media = self._mine(args), args["media"]
        photo = args[media["media"].removeprefix("attach://")]
        text = shown(media)
        if (photo, media["caption"]) == (said.photo, said.html):
            raise RefusedError(400, UNCHANGED)
        said.text, said.html, said.photo, said.edits = text, media["caption"], photo, said.edits + 1
        return self._world.message(said)

    def _turn(self, args: Json, *, is_open: bool) -> bool:
        room, topic = self._topic(args)
        if room.topics[topic] == is_open:
            raise RefusedError(400, "Bad Request: TOPIC_NOT_MODIFIED")
        room.topics[topic] = is_open
        return True

    def _topic(self, args: Json) -> tuple[Room, int]:
        room, topic = self._forum(args), int(args["message_thread_id"])
        if topic not in room.topics:
            raise RefusedError(400, "Bad Request: TOPIC_ID_INVALID")
        return room, topic

    def _forum(self, args: Json) -> Room:
        room = self._open_room(args)
        if not room.json.get("is_forum"):
            raise RefusedError(400, "Bad Request: the chat is not a forum")
        if room.status != "creator" and "can_manage_topics" not in room.rights:
            raise RefusedError(400, "Bad Request: not enough rights to create a topic")
        return room
