"""What a log line tells at once: whether it is of an error. And the name of a template."""

import re
from hashlib import blake2b

from detectors.masks import LONGEST

_SERVER_ERROR = re.compile(
    r"""
      HTTP/[\d.]{1,4}"?\s+5\d\d\b
    | \b(?:status(?:_?code)?|http_status|response_code)["']?\s{0,2}[=:]\s{0,2}["']?5\d\d\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CRASH = re.compile(
    r"""
      Traceback\ \(most\ recent\ call\ last\)
    | ^\s*(?:panic|fatal\ error):
    | \bgoroutine\ \d+\ \[running\]
    | \b(?:segmentation\ fault|segfault|core\ dumped|stack\ overflow)\b
    | \b(?:out\ of\ memory|OutOfMemoryError|oom[-_ ]?kill(?:ed|er)?)\b
    | \b(?:unhandled|uncaught)\s+(?:\w+\s+)?(?:exception|error|rejection)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LEVEL = re.compile(
    r"""
      \b(?:level|lvl|severity|loglevel)["']?\s{0,2}[=:]\s{0,2}["']?(?P<named>(?i:[a-z]{3,9}))\b
    | (?<![\w.-])(?P<word>
        TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|SEVERE|CRIT(?:ICAL)?|ALERT|EMERG|FATAL|PANIC
      )(?![\w-])
    | [\[(<](?P<boxed>(?i:trace|debug|info|notice|warn|warning|err|error|crit|critical|alert|emerg|fatal|panic))[\])>]
    """,
    re.VERBOSE,
)
_BAD_LEVELS = frozenset({"err", "error", "severe", "crit", "critical", "alert", "emerg", "fatal", "panic"})
_LEVELS = _BAD_LEVELS | {"trace", "debug", "info", "notice", "warn", "warning"}
_HARMLESS = re.compile(
    r"""
      \b(?:no|0|zero|without(?:\ any)?)\s+(?:\w+\s+)?(?:errors?|exceptions?|failures?|failed)\b
    | \b\w*(?:errors?|exceptions?|failures?|failed)(?:_?(?:count|rate|total))?["']?\s{0,2}[=:]\s{0,2}["']?
        (?:0+(?:\.0+)?%?|none|null|nil|false|""|'')(?![\w.])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORDS = re.compile(
    r"""
      (?i:\b(?:error|exception|failure|fatal|critical|panic|failed|cannot|unable\ to|refused|timed\ out)\b)
    | \b[A-Z]\w{0,80}(?:Error|Exception)\b
    """,
    re.VERBOSE,
)


def template_id(service: str, template: str) -> str:
    """Twelve hexadecimal digits that name this template of this service, the same in every run."""
    return blake2b(f"{service}\0{template}".encode(errors="replace"), digest_size=6).hexdigest()


def looks_like_error(text: str) -> bool:
    """Whether a line tells of an error.

    A crash or an HTTP 5xx does, whatever the level. Then the level that the line names decides, where it names one.
    Else words do, unless they say that there was none ("0 errors", "error=null").
    """
    text = text[:LONGEST]
    if _SERVER_ERROR.search(text) or _CRASH.search(text):
        return True
    level = _level(text)
    if level:
        return level in _BAD_LEVELS
    return bool(_WORDS.search(_HARMLESS.sub(" ", text)))


def _level(text: str) -> str:
    """The first level that the line names, lower case; empty when none."""
    for found in _LEVEL.finditer(text):
        level = (found["named"] or found["word"] or found["boxed"]).lower()
        if level in _LEVELS:
            return level
    return ""
