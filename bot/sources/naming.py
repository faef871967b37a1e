"""Which service a series belongs to."""

from collections.abc import Mapping, Sequence

SERVICE_LABELS: tuple[str, ...] = ("service", "app", "job", "instance")


def find_service(labels: Mapping[str, str], rule: Sequence[str] = SERVICE_LABELS) -> str:
    """The value of the first label of `rule` that is there and not blank; empty when none is."""
    return next((labels[name] for name in rule if labels.get(name, "").strip()), "")
