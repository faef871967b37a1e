"""From the bytes of a log line to what can be shown and searched. Never raises: a log may hold anything."""

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

MOST_CHARS = 4_000

# Of a longer line only so many bytes are looked at.
MOST_BYTES = 16_000

# A time further off than this was parsed out of something that is no time, or comes from a wrong clock.
PAST, FUTURE = 7 * 86400.0, 300.0

LEVELS = {
    "critical": ("critical", "crit", "fatal", "panic", "emerg", "emergency", "alert"),
    "error": ("error", "err", "severe", "eror"),
    "warning": ("warning", "warn"),
    "info": ("info", "notice", "information"),
    "debug": ("debug", "trace", "verbose", "fine"),
}
_LEVEL = {word: level for level, words in LEVELS.items() for word in words}
_KLOG = {"I": "info", "W": "warning", "E": "error", "F": "critical"}

# pino and bunyan count in tens, from trace (10) to fatal (60).
_NUMBERS = {10: "debug", 20: "debug", 30: "info", 40: "warning", 50: "error", 60: "critical"}

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_KEYED = re.compile(r"""\b(?:level|lvl|severity)["']?\s*[=:]\s*["']?([A-Za-z]+)""", re.IGNORECASE)
_WORDS = "|".join(sorted(_LEVEL, key=len, reverse=True))
_SHOUTED = re.compile(rf"(?<![\w-])(?:({_WORDS.upper()})(?![\w-])|\[(?i:({_WORDS}))\])")
_GLOG = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d\d")
_ISO = re.compile(
    r"[\[(\"']?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?(?![\d:])"
)
_EPOCH = re.compile(r"[\[(\"']?(\d{10}(?:\.\d{1,9})?|\d{13}|\d{16}|\d{19})(?![\w.-])")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A line: its time in epoch seconds, its level (a key of LEVELS, or empty), its text cut and made harmless."""

    time: float
    level: str
    text: str


def parse(raw: bytes, encoding: str, read_at: float) -> Parsed:
    """Reads one line. Its time is `read_at` unless it begins with a plausible one or is JSON that holds one."""
    text = decode(raw[:MOST_BYTES], encoding, len(raw) > MOST_BYTES)
    fields = _fields(text)
    said = _first(fields, "message", "msg", "event")
    level = _level_of(_first(fields, "level", "lvl", "severity", "levelname")) if fields else level_in(text)
    stamp = _first(fields, "time", "timestamp", "ts", "@timestamp") if fields else text
    trouble = _first(fields, "error", "err", "exception")
    if isinstance(said, str) and said:
        text = f"{said}: {trouble}" if isinstance(trouble, str) and trouble else said
    return Parsed(time_in(stamp, read_at), level, clean(text))


def decode(raw: bytes, encoding: str, cut: bool = False) -> str:
    """Text of bytes. UTF-8 that is none is taken as Latin-1, which everything is. `cut`: the end may be half a char."""
    if encoding != "utf-8":
        return raw.decode(encoding, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(raw, final=not cut)
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def clean(text: str) -> str:
    """One harmless line of at most MOST_CHARS: no colours, no control characters, none that turn the direction."""
    text = _UNSAFE.sub("\ufffd", _ANSI.sub("", text.rstrip("\r\n")).replace("\t", " "))
    return text if len(text) <= MOST_CHARS else text[: MOST_CHARS - 1] + "…"


def level_in(text: str) -> str:
    """The level that a line of text states near its beginning: `level=error`, `ERROR`, `[error]`; empty if none."""
    head = text[:200]
    if found := _GLOG.match(head):
        return _KLOG[found[1]]
    if found := _KEYED.search(head):
        return _level_of(found[1])
    found = _SHOUTED.search(head)
    return _level_of(found[1] or found[2]) if found else ""


def time_in(stamp: object, read_at: float) -> float:
    """The time that a value states, if it is an ISO or epoch time near `read_at`; else `read_at`."""
    if isinstance(stamp, str):
        times = _iso_times(stamp) or [float(found[1]) for found in [_EPOCH.match(stamp)] if found]
    elif isinstance(stamp, int | float) and not isinstance(stamp, bool):
        times = [_as_float(stamp)]
    else:
        times = []
    plausible = [time for time in map(_seconds, times) if read_at - PAST <= time <= read_at + FUTURE]
    return min(plausible, key=lambda time: abs(time - read_at), default=read_at)


def _iso_times(text: str) -> list[float]:
    """Both readings of a time without a zone, UTC and local: the nearer to now is right."""
    found = _ISO.match(text)
    if not found:
        return []
    year, month, day, clock, fraction, zone = found.groups()
    try:
        time = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}.{(fraction or '0')[:6]:0<6}{zone or ''}")
        return [time.timestamp(), time.replace(tzinfo=UTC).timestamp()] if not zone else [time.timestamp()]
    except (ValueError, OverflowError):
        return []


def _seconds(time: float) -> float:
    """Epoch seconds of a time in seconds, milli-, micro- or nanoseconds."""
    for limit in (1e17, 1e14, 1e11):
        if time >= limit:
            return time / (limit / 1e8)
    return time


def _as_float(number: float) -> float:
    try:
        value = float(number)
    except OverflowError:
        return -1.0
    return value if isfinite(value) else -1.0


def _fields(text: str) -> Mapping[str, Any]:
    """The fields of a line that is a JSON object; empty for any other."""
    if not text.startswith("{"):
        return {}
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _first(fields: Mapping[str, Any], *names: str) -> object:
    return next((fields[name] for name in names if name in fields), None)


def _level_of(word: object) -> str:
    if isinstance(word, int):
        return _NUMBERS.get(word, "")
    return _LEVEL.get(word.lower(), "") if isinstance(word, str) else ""
