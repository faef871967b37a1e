"""What a drill found, as rows of a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain.words import inert

HEAD = ("fault", "tried", "held", "what was seen")


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: how often it was tried, how often all held, and what was seen. Never tried: `seen` says why."""

    fault: str
    tried: int
    held: int
    seen: str

    @property
    def well(self) -> bool:
        """Whether nothing broke."""
        return self.held == self.tried


@dataclass(slots=True)
class Tally:
    """Counts the trials of one fault."""

    fault: str
    tried: int = 0
    broken: list[str] = field(default_factory=list)

    def add(self, name: str, problems: Iterable[str]) -> None:
        """One more trial; without problems it held."""
        self.tried += 1
        found = list(dict.fromkeys(problems))
        if found:
            self.broken.append(f"{name}: {'; '.join(found)}")

    def row(self, seen: str) -> Row:
        """The row; `seen` is said when all held."""
        more = f" (and {len(self.broken) - 1} more)" if len(self.broken) > 1 else ""
        return Row(
            self.fault, self.tried, self.tried - len(self.broken), self.broken[0] + more if self.broken else seen
        )


def not_tried(fault: str, why: str) -> Row:
    """The row of a fault that cannot be tried here."""
    return Row(fault, 0, 0, f"not tried: {why}")


def render(rows: Sequence[Row]) -> str:
    """The table as text, with columns in line; the last one is as long as it is."""
    cells = [HEAD, *((row.fault, str(row.tried), str(row.held), inert(row.seen)) for row in rows)]
    first = max(len(one[0]) for one in cells)
    lines = [f"{fault:<{first}}  {tried:>5}  {held:>4}  {seen}" for fault, tried, held, seen in cells]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
