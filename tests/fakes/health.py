"""Health that a test can look at."""


class FakeHealth:
    """The newest word on each part."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        self.notes: dict[str, str] = {}

    def report(self, part: str, trouble: str = "", note: str = "") -> None:
        self.parts[part] = trouble
        self.notes[part] = note
