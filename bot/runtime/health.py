"""What works and what does not. A change is one line in the log; the state is on `/health`."""

import logging
from collections.abc import Mapping

log = logging.getLogger(__name__)


class Board:
    """The parts that the config names, each with its trouble (empty: it works) and its note (empty: nothing to say)."""

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}
        self._notes: dict[str, str] = {}

    def report(self, part: str, trouble: str = "", note: str = "") -> None:
        """Says how a part is; only a change is logged. Words that begin with the part's name lose it."""
        trouble, note = trouble.removeprefix(f"{part}: "), note.removeprefix(f"{part}: ")
        before, noted = self._parts.get(part), self._notes.get(part)
        self._parts[part], self._notes[part] = trouble, note
        if trouble and trouble != before:
            log.warning("%s: %s", part, trouble)
        elif before and not trouble:
            log.info("%s: well again", part)
        if note and note != noted:
            log.warning("%s: %s", part, note)

    @property
    def parts(self) -> Mapping[str, str]:
        """Every part with its trouble."""
        return dict(sorted(self._parts.items()))

    @property
    def notes(self) -> Mapping[str, str]:
        """The parts of which there is something to say, although they work."""
        return {part: note for part, note in sorted(self._notes.items()) if note}
