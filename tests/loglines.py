"""Made-up logs with known templates, for the tests of mining."""

import random
import re
from collections.abc import Callable

_WOODS = (
    "alder", "birch", "cedar", "dogwood", "elder", "fir", "ginkgo", "hazel", "ivy", "juniper", "kauri", "larch",
    "maple", "nutmeg", "oak", "pine", "quince", "rowan", "spruce", "teak", "umbra", "vine", "willow", "yew", "zelkova",
)  # fmt: skip

_KINDS = (
    "Accepted password for {user} from {ip} port {port}",
    "Failed password for {user} from {ip} port {port}",
    "session opened for user {user}",
    "connection to {host}:{port} timed out after {ms}",
    "GC pause {ms} heap {size} of {size}",
    "cache miss key={key} ttl={number}",
    "pod {pod} evicted from {node}",
    "volume {uuid} attached to {node} at {path}",
    "request id={uuid} user={user} status={number} took {ms}",
    "cannot open {path}: Permission denied",
    "cannot open {path}: No such file or directory",
    "loaded class {class}",
    "worker {number} started",
    "worker {number} stopped",
    "retry {number} of {number} for {url}",
    "mail to {mail} bounced: mailbox full",
    "breaker is OPEN",
    "breaker is CLOSED",
    "register dump {hex} {hex} {hex}",
    "link up on eth0",
    "link down on eth0",
    "leader elected: {node} term {number}",
    "disk {path} usage {number}%",
    "[{wood}] task queued",
    "TLS handshake error from {ip}:{port}: EOF",
    "shutting down",
)


def written(seed: int, lines: int) -> tuple[list[str], list[str]]:
    """Lines, and the kind of each. Frequent and rare kinds, in any order."""
    chance = random.Random(seed)
    kinds = chance.sample(_KINDS, len(_KINDS))
    chosen = chance.choices(kinds, [1 / (rank + 1) for rank in range(len(kinds))], k=lines)
    fields = _fields(chance)
    return [re.sub(r"\{(\w+)\}", lambda found: fields[found[1]](), kind) for kind in chosen], chosen


def _fields(chance: random.Random) -> dict[str, Callable[[], str]]:
    def wood() -> str:
        return chance.choice(_WOODS)

    def letters(count: int, some: str = "0123456789abcdef") -> str:
        return "".join(chance.choices(some, k=count))

    def number() -> str:
        return str(int(chance.paretovariate(0.5)))[:9]

    return {
        "wood": wood,
        "user": lambda: f"{wood()}{chance.choice(['', '_', '.'])}{wood()}",
        "host": lambda: f"{wood()}-{wood()}.{wood()}.net",
        "node": lambda: f"{wood()}{chance.randint(1, 40)}",
        "ip": lambda: ".".join(str(chance.randint(0, 255)) for _ in range(4)),
        "port": lambda: str(chance.randint(1024, 65535)),
        "number": number,
        "ms": lambda: f"{chance.randint(1, 9000)}ms",
        "size": lambda: f"{chance.uniform(1, 999):.1f} {chance.choice(['B', 'kB', 'MB', 'GB'])}",
        "uuid": lambda: "-".join(letters(count) for count in (8, 4, 4, 4, 12)),
        "hex": lambda: "0x" + letters(chance.choice([3, 8, 12])),
        "path": lambda: "".join(f"/{wood()}" for _ in range(chance.randint(1, 4))) + chance.choice(["", ".log"]),
        "pod": lambda: f"{wood()}-{letters(10)}-{letters(5, 'bcdfghjklmnpqrstvwxz2456789')}",
        "url": lambda: f"https://{wood()}.example.com/{wood()}?id={number()}",
        "mail": lambda: f"{wood()}@{wood()}.org",
        "class": lambda: f"com.example.{wood()}.{wood().title()}Handler",
        "key": lambda: f"{wood()}:{wood()}:{number()}",
    }
