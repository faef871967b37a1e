"""Ids for messages of outlets that cannot be asked what they have."""

import hashlib
from uuid import uuid4

MOST = 1000
"""How many messages of unknown fate are remembered."""


class Keys:
    """A message whose arrival is unknown, or that was refused, has the same id when it is sent again.

    So a receiver can tell a repetition from news. A restart forgets; then it is the incident's id that tells.
    """

    def __init__(self) -> None:
        self._open: dict[str, tuple[bytes, str]] = {}

    def of(self, thread: str, content: bytes) -> str:
        """The id of a message with this content; only the last of a thread is remembered."""
        print_ = hashlib.sha256(content).digest()
        known, key = self._open.pop(thread, (b"", ""))
        if known != print_:
            key = uuid4().hex
        self._open[thread] = (print_, key)
        while len(self._open) > MOST:
            del self._open[next(iter(self._open))]
        return key

    def arrived(self, thread: str) -> None:
        """The last message of this thread is there: the next one is another, whatever it says."""
        self._open.pop(thread, None)
