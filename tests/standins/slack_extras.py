"""The stand-in's files and views: uploads in three steps, dialogs and Homes, as documented on docs.slack.dev."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.strict.shapes import Json


def no(code: str, **more: Any) -> Json:
    """The body of a refusal."""
    return {"ok": False, "error": code, **more}


@dataclass
class Files:
    """The files of the workspace: their bytes, once they are complete.

    busy: for how many more messages Slack still works on a file, and refuses to show it.
    """

    base: str = ""
    kept: dict[str, bytes] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    busy: int = 0
    _sent: dict[str, bytes] = field(default_factory=dict)
    _lengths: dict[str, int] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def url(self, given: Json) -> Json:
        """files.getUploadURLExternal."""
        id_ = f"F{next(self._numbers):05}"
        self._lengths[id_] = int(given["length"])
        return {"ok": True, "file_id": id_, "upload_url": f"{self.base}/upload/{id_}"}

    async def take(self, request: web.Request) -> web.Response:
        """The address of an upload."""
        id_, sent = request.match_info["file"], await request.read()
        if self._lengths.get(id_) != len(sent):
            return web.Response(status=400, text="wrong length")
        self._sent[id_] = sent
        return web.Response(text=f"OK - {len(sent)}")

    async def complete(self, given: Json) -> Json:
        """files.completeUploadExternal."""
        ids = [one["id"] for one in given["files"]]
        if any(id_ not in self._sent for id_ in ids):
            return no("file_not_found")
        self.kept |= {id_: self._sent.pop(id_) for id_ in ids}
        return {"ok": True, "files": [{"id": id_, "title": "t"} for id_ in ids]}

    async def delete(self, given: Json) -> Json:
        """files.delete."""
        if given.get("file") not in self.kept:
            return no("file_not_found")
        del self.kept[given["file"]]
        self.deleted.append(given["file"])
        return {"ok": True}

    def refusal(self, blocks: list[Json]) -> Json | None:
        """The refusal of a message that shows a file which is not there, or not yet."""
        shown = [block["slack_file"]["id"] for block in blocks if "slack_file" in block]
        if any(id_ not in self.kept for id_ in shown) or (shown and self.busy):
            self.busy = max(0, self.busy - 1)
            return no("invalid_blocks", errors=["invalid slack file [json-pointer:/blocks/0/slack_file]"])
        return None


@dataclass
class Views:
    """The dialogs that were opened, and each person's Home. `triggers`: those that may open one, each once."""

    opened: list[dict[str, Any]] = field(default_factory=list)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    triggers: set[str] = field(default_factory=set)

    async def open(self, given: Json) -> Json:
        """views.open."""
        if given.get("trigger_id") not in self.triggers:
            return no("invalid_trigger_id")
        self.triggers.remove(given["trigger_id"])
        self.opened.append({**given["view"], "id": f"V{len(self.opened) + 1}", "hash": "h"})
        return {"ok": True, "view": self.opened[-1]}

    async def publish(self, given: Json) -> Json:
        """views.publish."""
        self.homes[given["user_id"]] = {**given["view"], "id": f"VHOME{given['user_id']}"}
        return {"ok": True, "view": self.homes[given["user_id"]]}
