"""Names to classes: which file implements a kind of source or a surface. Imported on first use."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.config.document import Document, Path, nearest

SOURCES: Mapping[str, str] = {
    "prometheus": "bot.sources.prometheus:Prometheus",
    "scrape": "bot.sources.scrape:Scrape",
    "files": "bot.sources.files:Files",
}

CHATS: Mapping[str, str] = {
    "slack": "bot.chat.slack:Slack",
    "telegram": "bot.chat.telegram:Telegram",
}

GROUPS = {"source": "steward.sources", "chat": "steward.chats"}
"""The entry point groups by which other packages add kinds."""


def find(what: str, kind: str, registry: Mapping[str, str], document: Document, path: Path) -> Any:
    """The class of a kind.

    Raises:
        ConfigError: there is none.
    """
    added = {entry.name: entry.value for entry in entry_points(group=GROUPS[what])}
    known = {**added, **registry}
    if kind not in known:
        raise document.error(path, f"no {what} of kind {kind!r}{nearest(kind, list(known))}")
    module, _, name = known[kind].partition(":")
    return getattr(import_module(module), name)


def options(model: type[BaseModel], values: Mapping[str, object], document: Document, path: Path) -> Any:
    """The options of a plugin, checked by its own model.

    Raises:
        ConfigError: with the place in the file.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise document.explain(error, model, path) from None


