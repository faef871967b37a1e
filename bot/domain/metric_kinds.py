"""What kind of thing a metric measures, told from its name, and what that makes a departure worth.

Names are all that is known of a series from a file. The words are those that exporters, meshes and clouds use.
"""

import re
from dataclasses import dataclass
from typing import Literal

Way = Literal["up", "down", "both"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of metric. way: where it goes when things are wrong; weight: how much a departure says of its service."""

    name: str
    way: Way
    weight: float


SUCCESS = Kind("success", "down", 1.0)
ERRORS = Kind("errors", "up", 1.0)
SLOWNESS = Kind("slowness", "up", 1.0)
RESOURCE = Kind("resource", "up", 1.5)
"""What a service uses of its own: nobody else makes it depart, while slowness and errors travel to callers."""
CALLING = Kind("calling", "up", 0.4)
"""How long a service waits for others: that says more of them."""
TRAFFIC = Kind("traffic", "both", 0.3)
"""How much is asked of a service: an echo of others, more often than not."""
HOST = Kind("host", "both", 0.2)
OTHER = Kind("other", "both", 0.5)

_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_WORDS = (
    (SUCCESS, ("availab", "success", "healthy", "ready", "uptime"), ("up",)),
    (ERRORS, ("error", "fail", "exception", "timeout", "retr", "drop", "reject", "restart", "loss"), ("5xx", "4xx")),
    (HOST, ("hypervisor", "machine"), ("node", "host")),
    (
        RESOURCE,
        ("memory", "thread", "heap", "disk", "socket", "swap", "queue", "filesystem", "throttl"),
        ("cpu", "mem", "io", "gc", "fd", "fds", "fs", "rss", "load", "pool", "connections"),
    ),
    (SLOWNESS, ("latenc", "duration", "delay", "elapsed"), ("time", "rtt", "lag", "wait", "ms")),
    (
        TRAFFIC,
        ("request", "workload", "throughput", "network", "packet", "receive", "transmit", "syscall", "traffic"),
        ("ops", "rps", "qps", "count", "calls", "hits", "net", "rx", "tx", "bytes", "rate"),
    ),
)
_CALLING = ("client", "upstream", "outbound", "egress")


def kind_of(metric: str) -> Kind:
    """The kind of a metric: `OTHER` where its name says nothing."""
    pieces = [piece.lower() for piece in _PIECES.findall(metric)]
    whole = metric.lower()
    for kind, beginnings, words in _WORDS:
        if any(piece.startswith(beginnings) or piece in words for piece in pieces) or whole in words:
            away = kind is SLOWNESS and any(piece.startswith(_CALLING) for piece in pieces)
            return CALLING if away else kind
    return SLOWNESS if re.search(r"\bp\d\d", whole) else OTHER
