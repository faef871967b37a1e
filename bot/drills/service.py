"""The smallest real service: `python -m bot.drills.service JOURNAL --port N` notes its start, and answers.

It imports only the standard library, so that a restart takes a moment.
"""

import http.server
import os
import sys
from functools import partial

from demo.lineage import end_with_parent


class Well(http.server.BaseHTTPRequestHandler):
    """Every GET is answered with 200."""

    def do_GET(self) -> None:
        """Is well."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class named it
        """Says nothing."""


def note(journal: str) -> None:
    """Adds one line for this process, in one write, so that two at once cannot mix."""
    file = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(file, f"{os.getpid()}\n".encode())
    os.close(file)


def main() -> None:
    """The command."""
    journal, _, port = sys.argv[1:]
    end_with_parent(partial(os._exit, 1))
    note(journal)
    http.server.HTTPServer(("127.0.0.1", int(port)), Well).serve_forever()


if __name__ == "__main__":
    main()
