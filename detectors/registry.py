"""The detectors by name. A detector's module is imported when its name is first used."""

from difflib import get_close_matches
from importlib import import_module

from detectors.model import Detector, Traits

DETECTORS = {
    "forecast": "detectors.forecast:Forecast",
    "level": "detectors.level:Level",
    "novelty": "detectors.novelty:Novelty",
    "presence": "detectors.presence:Presence",
    "ratio": "detectors.ratio:Ratio",
    "silence": "detectors.presence:Silence",
    "together": "detectors.together:Together",
}


def build(name: str, traits: Traits) -> Detector:
    """A new detector with no rows.

    Raises:
        ValueError: no such detector; the text gives the nearest names.
    """
    if name not in DETECTORS:
        near = get_close_matches(name, DETECTORS) or sorted(DETECTORS)
        raise ValueError(f"there is no detector {name!r}; did you mean {' or '.join(near)}?")
    module, _, attribute = DETECTORS[name].partition(":")
    detector: Detector = getattr(import_module(module), attribute)(traits)
    return detector
