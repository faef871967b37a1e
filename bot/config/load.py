"""The config file as settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bot.config.document import Document, nearest, parse
from bot.config.model import Settings
from bot.domain.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Config:
    """The settings, and the document that they came from, for errors that are found later."""

    settings: Settings
    document: Document


def load(path: Path, environment: Mapping[str, str]) -> Config:
    """Reads and checks the config file.

    Raises:
        ConfigError: with the place and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist: write one with `steward init`, or name another with -c") from None
    except IsADirectoryError:
        raise ConfigError(f"{path} is a folder: name the file in it with -c") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
    return check(parse(text, path.name, environment))


def check(document: Document) -> Config:
    """A document as settings.

    Raises:
        ConfigError: with the place and what to do.
    """
    if not isinstance(document.data, dict):
        raise ConfigError(f"{document.name}: must be a mapping with at least `sources`; `steward init` writes one")
    try:
        settings = Settings.model_validate(document.data)
    except ValidationError as error:
        raise document.explain(error, Settings) from None
    _names(settings, document)
    return Config(settings, document)


def _names(settings: Settings, document: Document) -> None:
    """Names that refer to something must find it, and sources must not share one."""
    sources = [source.name for source in settings.sources]
    for place, name in enumerate(sources):
        if name in sources[:place]:
            raise document.error(("sources", place, "name"), f"another source is called {name!r} already")
    for place, watch in enumerate(settings.watch):
        if watch.source not in sources:
            raise document.error(
                ("watch", place, "source"), f"no source {watch.source!r}{nearest(watch.source, sources)}"
            )
    for name, service in settings.services.items():
        if service.limits.min_replicas > service.limits.max_replicas:
            raise document.error(("services", name, "limits"), "min_replicas is above max_replicas")
