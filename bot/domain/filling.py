"""What fills up or runs out, and when, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.words import about, amount


@dataclass(frozen=True, slots=True)
class Filling:
    """A series that will be full: `value` in `unit` now, and `left` seconds until then at its pace.

    place: what tells the series from others of its service, such as an instance and a mount point; or empty.
    """

    service: str
    title: str
    place: str
    unit: str
    value: float
    left: float

    @property
    def sentence(self) -> str:
        """`payments-db: disk in use db-1 /var is at 81% and will be full in about 5 h at this pace`."""
        what = " ".join(part for part in (self.title, self.place) if part)
        if self.unit == "seconds":  # time itself is what runs out: it is the value
            return f"{self.service}: {what} {f'runs out in about {about(self.left)}' if self.left else 'has run out'}"
        fate = f"will be full in about {about(self.left)} at this pace" if self.left else "is full"
        return f"{self.service}: {what} is at {amount(self.value, self.unit)} and {fate}"


def place(labels: Mapping[str, str], service: str) -> str:
    """The values of the labels that do not name the service."""
    return " ".join(value for name, value in labels.items() if name != "service" and value != service)


def soonest(found: Iterable[Filling]) -> list[Filling]:
    """In the order in which they will be full."""
    return sorted(found, key=lambda one: (one.left, one.service, one.title, one.place))
