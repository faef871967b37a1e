"""Secrets: from the environment, or from the file that `NAME_FILE` names. Never from the config file."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.domain.errors import ConfigError


class Secrets(Mapping[str, str]):
    """The environment with `NAME_FILE` resolved. Its words never show a value."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment

    def __getitem__(self, name: str) -> str:
        if value := self._environment.get(name):
            return value
        path = self._environment.get(f"{name}_FILE")
        if not path:
            raise KeyError(name)
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}_FILE: {path} cannot be read: {error}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._environment)

    def __len__(self) -> int:
        return len(self._environment)

    def __repr__(self) -> str:
        return "Secrets(...)"

    def need(self, name: str, why: str) -> str:
        """A secret that must be there.

        Raises:
            ConfigError: it is missing.
        """
        value = self.get(name, "").strip()
        if not value:
            raise ConfigError(f"{name} is not set, and {why} needs it: export {name}=..., or {name}_FILE=path")
        return value
