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
    "webhook": "bot.chat.webhook:Webhook",
    "email": "bot.chat.email:Email",
}


def find(what: str, kind: str, registry: Mapping[str, str], document: Document, path: Path) -> Any:
    """The class of a kind: one of ours, or one that another package adds by the entry point group `steward.sources`.

    Raises:
        ConfigError: there is none, or it cannot be loaded.
    """
    added = {entry.name: entry.value for entry in entry_points(group=f"steward.{what}s")}
    known = {**added, **registry}
    if kind not in known:
        raise document.error(path, f"no {what} of kind {kind!r}{nearest(kind, list(known))}")
    module, _, name = known[kind].partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise document.error(path, f"the {what} {kind!r} cannot be loaded: {error}") from None


def options(model: type[BaseModel], values: Mapping[str, object], document: Document, path: Path) -> Any:
    """The options of a plugin, checked by its own model.

    Raises:
        ConfigError: with the place in the file.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise document.explain(error, model, path) from None
