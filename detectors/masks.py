"""What varies in a log line, word by word: numbers, ids, addresses, paths, times become `<*>`.

One expression a word, asked once for each shape of word: digits make no difference to it, so that the answers for
`0.3ms` and `0.7ms` are one. Work and memory are bounded whatever the line holds.
"""

import re
import string

LONGEST = 2000
"""Characters of a line that count."""
MASK = "<*>"
REMEMBERED = 50_000
"""Words whose answer is kept."""
LONG = 80
"""A longer word is not kept."""

_CODE = r"(?:c|cc|cpp|cxx|cs|go|h|hpp|java|js|kt|mm?|php|pl|py|rb|rs|scala|sh|swift|ts)"
_CONSTANTS = ("true", "false", "null", "nil", "none", "root", "admin")
_HEX = "[0-9A-Fa-f]"
_IPV4 = r"(?:\d{1,3}\.){3}\d{1,3}"
_ID = r"\d(?:\w|\.(?=\w))*+"

# Possessive quantifiers and bounded repeats keep every alternative linear. Order matters: the longer thing first.
_VARIABLE = re.compile(
    rf"""
      (?<![\w/.])[A-Za-z][A-Za-z0-9+.-]{{1,15}}://[^"'<>()\[\]{{}},;|]++                   # URL
    | (?<![\w\\])(?:[A-Za-z]:\\|\\\\)[^"'<>()\[\]{{}},;|]++                                # Windows path
    | (?<![\w/.<>*)\]-])~?\.{{0,2}}/(?=[^/])[^"'<>()\[\]{{}},;:|=]++(?::\d++)?+(?!\w)      # path
    | (?<![\w./-])[\w.-]++(?:/[\w.@~+-]++){{3,}}+                                          # relative path
    | (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++                                         # mail
    | (?<![\w.:-])\d{{4}}-\d\d-\d\dT[\d:.,]++(?:Z|[+-]\d\d:?\d\d)?+(?!\w)                  # ISO time
    | (?<![\w-]){_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}(?!\w)                        # UUID
    | (?<![\w:.-])(?:{_HEX}{{2}}[:-]){{5,}}+{_HEX}{{2}}(?!\w)                              # MAC
    | (?<![\w:.])(?:{_HEX}{{1,4}}:){{3,7}}:?{_HEX}{{1,4}}(?:%\w++|/\d++)?+(?![\w:])        # IPv6, and with a gap
    | (?<![\w:.])(?:(?:{_HEX}{{1,4}}:){{1,6}}|:)(?::{_HEX}{{1,4}}){{1,6}}(?:%\w++|/\d++)?+(?![\w:])
    | (?<![\w.:/-])(?:[A-Za-z][\w.-]*+/)?+{_IPV4}(?::\d++|/\d++)?+(?!\w)(?:,{_IPV4}(?!\w))*+ # IPv4, lists
    | (?<![\w.-])(?=[a-z0-9.-]*\d)[a-z0-9][a-z0-9-]*+(?:\.[a-z0-9-]++)*?\.[a-z0-9-]++\.[a-z]{{2,}}+(?::\d++)?+(?![\w.-])
    | (?<![\w.-])(?:[A-Za-z0-9-]++\.)++(?!{_CODE}:)[A-Za-z]{{2,}}+:\d{{2,5}}(?![\w:.-])    # host:port, no file:line
    | (?<![\w.])[-+]?\d++(?:[.,][-+]?\d++)*+(?:[eE][-+]?\d++|[a-zA-Zµ]{{0,3}})(?![\w~])    # number with unit, lists
    | (?<!\w){_HEX}{{8,}}+(?!\w)
    | (?<![\w.~-])[\w.-]*+~[\w.~+-]*+                                                        # name~version
    | (?<![\w.-])(?=[\w.-]*\d)[^\W\d][\w.]*+(?:-[\w.]++){{2,}}+(?::\d++)?+                 # web-7d9f-x2, not node-3
    | (?<!\w)[^\W\d]*+(?:(?<=_)-)?{_ID}(?:-(?=[\w.]*\d)(?:\w|\.(?=\w))++)*+(?::\d++)?+(?![\w:])
    | (?<!\w)[^\W\d]*+(?:(?<=_)-)?{_ID}(?:-(?=[\w.]*\d)(?:\w|\.(?=\w))++)*+                # anything with a digit
    | (?<![\w.-])(?i:{"|".join(_CONSTANTS)})(?![\w.-])
    """,
    re.VERBOSE,
)
# Names with a digit or two in them may be fixed words (eth0, Log4j, metrics2.properties): their variety decides.
_PART = r"[^\W\d]+(?:\d{1,2}[^\W\d]*)?"
_NAME = re.compile(rf"[^\W\d]{{2,}}\d{{1,2}}[^\W\d]*|{_PART}(?:\.{_PART})+")
_DIGITS = frozenset(string.digits)
_ZEROS = str.maketrans(string.digits, "0" * 10)


_MESSAGE = re.compile(r'"(?:msg|message|error|err|event|exception|exc_info)"\s{0,2}:\s{0,2}"(?P<text>(?:[^"\\]|\\.)*+)')


def message_of(text: str) -> str:
    """The message in a line of JSON, by the usual names of its field; the line itself if there is none."""
    words = [quoted["text"] for quoted in _MESSAGE.finditer(text)]
    return " ".join(words).replace('\\"', '"') or text


class Masks(dict[str, str]):
    """Words with what varies in them masked; a word that is not remembered is looked at when it is asked for."""

    def __init__(self) -> None:
        self._shapes: dict[str, str] = {}

    def __missing__(self, word: str) -> str:
        """The masked word."""
        if word.isdecimal():
            return MASK
        if len(word) > LONG:
            return _masked(word)
        if word.isalpha():
            return _keep(self, word, _masked(word) if len(word) >= 8 or word.lower() in _CONSTANTS else word)
        shape = word.translate(_ZEROS)
        masked = self._shapes.get(shape)
        if masked is None:
            masked = _masked(shape)
            if not _DIGITS.isdisjoint(masked):
                masked = ""  # a name stays in it, with the word's own digits
            _keep(self._shapes, shape, masked)
        if not masked:
            masked = _masked(word)
        if shape == word or not _DIGITS.isdisjoint(masked):
            return _keep(self, word, masked)
        return masked


def _keep(memory: dict[str, str], word: str, masked: str) -> str:
    if len(memory) >= REMEMBERED:
        memory.clear()
    memory[word] = masked
    return masked


def _masked(word: str) -> str:
    return _VARIABLE.sub(_mask, word)


def _mask(found: re.Match[str]) -> str:
    return found[0] if _NAME.fullmatch(found[0]) else MASK
