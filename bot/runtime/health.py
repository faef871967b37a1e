"""What works and what does not. A change is one line in the log; the state is on `/health`."""

import logging
from collections.abc import Mapping

log = logging.getLogger(__name__)


class Board:
    """The parts that the config names, each with its trouble (empty: well)."""

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}

    def report(self, part: str, trouble: str = "") -> None:
        """Says how a part is; only a change is logged."""
        before = self._parts.get(part)
        self._parts[part] = trouble
        if trouble and trouble != before:
            log.warning("%s: %s", part, trouble)
        elif before and not trouble:
            log.info("%s: well again", part)

    @property
    def parts(self) -> Mapping[str, str]:
        """Every part with its trouble."""
        return dict(sorted(self._parts.items()))
