"""Which service a series belongs to."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

SERVICE_LABELS: tuple[str, ...] = ("service", "app", "job", "instance")

# What Kubernetes appends to names: its alphabet has no vowels and no 0, 1, 3 (`k8s.io/apimachinery`, `util/rand`).
_RANDOM = "[bcdfghjklmnpqrstvwxz2456789]"

PARTS: Mapping[str, tuple[str, str]] = {
    "pod_workload": ("pod", f"(.+?)(?:-(?:{_RANDOM}{{6,10}}|[0-9]{{8,10}}))?-(?:{_RANDOM}{{5}}|[0-9]{{1,4}})"),
    "job_name_workload": ("job_name", "(.+?)(?:-[0-9]{8,10})?"),
    "instance_host": ("instance", "(?:[a-z]+://)?([^/:]+).*"),
}
"""Words of a rule that stand for a part of a label: the label, and an expression whose group is the part.

`pod_workload` is the Deployment, StatefulSet, DaemonSet or CronJob that a pod's name was made from;
`job_name_workload` the CronJob of a Job; `instance_host` the host of an address or URL.
"""


_compiled = cache(re.compile)


def find_service(labels: Mapping[str, str], rule: Sequence[str] = SERVICE_LABELS) -> str:
    """The first of the rule's labels, or parts of labels, that is there and not blank; empty when none is."""
    return next((found for word in rule if (found := _said(labels, *part(word))).strip()), "")


def part(word: str) -> tuple[str, str]:
    """The label that a word of a rule means, and the expression whose group is what counts of it."""
    return PARTS.get(word, (word, "(.+)"))


def _said(labels: Mapping[str, str], label: str, expression: str) -> str:
    found = _compiled(expression).fullmatch(labels.get(label, ""))
    return found[1] if found else ""
