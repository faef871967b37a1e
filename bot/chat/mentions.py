"""What a mention of the bot asks for: a command, or a question in somebody's own words. The same on every surface."""

from bot.flow.answer import HELP
from bot.flow.desk import CHANGES

KNOWN = frozenset(words.split()[0] for words in HELP) | CHANGES


def words_of(text: str) -> tuple[str, ...]:
    """The words for the desk; empty when nothing was said beside the mention.

    What begins with a known word is a command, unless it ends as a question: `why did it fail?` is one. `go` is a
    command only alone, since `go on, what happened` must not let actions run again.
    """
    words = tuple(text.split())
    if not words:
        return ()
    first = words[0].lower()
    command = first in KNOWN and not text.rstrip().endswith("?") and (first != "go" or len(words) == 1)
    return (first, *words[1:]) if command or first == "ask" else ("ask", *words)
