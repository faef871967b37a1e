"""The switch that stops every action."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody stopped all actions: who (`identity` decides, `words` are read), when (epoch seconds) and why."""

    identity: str
    words: str
    at: float
    reason: str = ""

    @property
    def sentence(self) -> str:
        """For people."""
        return f"all actions are stopped by {self.words}" + (f": {self.reason}" if self.reason else "")
