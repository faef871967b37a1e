"""The quieter thresholds that a replay suggests: in words, and into the config file."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.config.amend import tuned
from bot.config.secrets import Secrets
from bot.domain.errors import StewardError
from bot.domain.noise import Quieter
from bot.domain.words import count


def told(quieter: Sequence[Quieter], factors: Mapping[str, float]) -> list[str]:
    """What would change under `tuning`, a line each, as a diff tells it; nothing when there is nothing to change."""
    if not quieter:
        return []
    lines = [f"{count(len(quieter), 'signature')} would be quieter with"]
    for one in quieter:
        if one.signature in factors:
            lines.append(f'- "{one.signature}": {factors[one.signature]:g}')
        lines.append(f'+ "{one.signature}": {one.factor:g}  # without {one.silenced} of {one.incidents} incidents')
    return lines


def write(path: Path, quieter: Sequence[Quieter]) -> str:
    """Writes the factors into the config file; gives what was done in words.

    Raises:
        ConfigError, StewardError: the file cannot be amended or written; it is as it was.
    """
    if not quieter:
        return f"{path} stays as it is"
    path = path.resolve()
    try:
        text = path.read_text(encoding="utf-8")
        amended = tuned(text, path.name, {one.signature: one.factor for one in quieter}, Secrets())
        _replace(path, amended)
    except OSError as error:
        raise StewardError(f"{path} cannot be written: {error.strerror}: add the lines above by hand") from None
    return f"written to {path}"


def _replace(path: Path, text: str) -> None:
    """Puts a whole file in place of another: no reader sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            os.fchmod(file.fileno(), path.stat().st_mode & 0o7777)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
