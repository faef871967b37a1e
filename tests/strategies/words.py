"""Texts as the outside world may send them: the longest and the oddest."""

from hypothesis import strategies as st

LONGEST = 10_000
"""Characters of the longest log line."""

FAMILY = "👩\u200d👩\u200d👧\u200d👦"

ODD: tuple[str, ...] = (
    # nothing, or nearly
    "", " ", "\n", "\t \n ", "\u00a0", "\u200b", "\ufeff", "\u2060",
    # markup of three kinds, whole and cut
    "<script>alert(1)</script>", "<b>bold</b>", "<b", "</pre>", "<a href='javascript:alert(1)'>x</a>", "a < b > c & d",
    "&amp;", "&lt;b&gt;", "&quot;", "&#128293;", "&nbsp;", "&am", "&", "<!--", "]]>",
    "*bold*", "**bold**", "_italic_", "__init__", "~gone~", "`code`", "```fence```", "```", "`", "> quote", "*",
    "snake_case_name", "a*b*c", "# heading", "[words](https://evil.example)", "- item", "1. item", "|a|b|",
    "||spoiler||",
    # what platforms act upon
    "@channel", "@here", "<!here>", "<!channel>", "<!everyone>", "<@U0ADA>", "<#C0STEWARD>", "<!subteam^S1>",
    "<!date^1800000000^{date}|now>", "<https://evil.example|click>", "https://evil.example/?a=1&b=<2>", "/approve",
    "#hashtag", "ada@example.com", ":fire:", "tg://user?id=1001",
    # direction, controls, halves
    "\u202eevil\u202c", "\u2066x\u2069", "\u200f\u200eabc", "שלום", "مرحبا بالعالم", "\x00", "a\x00b",
    "\x1b[31mred\x1b[0m", "\x07\x08\x7f\x85", "\ud800", "\udfff\ud800",
    "one\r\ntwo\rthree\x0bfour\x0cfive\u2028six\u2029seven",
    # beyond the basic plane, joined, heaped up
    "😀", "🔥" * 40, FAMILY, FAMILY * 30, "🇩🇪🇫🇷", "👍🏽", "𝕬𝖇𝖈", "𠜎𠜱", "Z\u0351\u036b\u0343\u0363" * 20,
    "e\u0301", "ü" * 50,
    # shells, templates, formats
    "$HOME", "$(rm -rf /)", "`id`", "%s%n", "{0}", "{{7*7}}", "'; DROP TABLE incidents;--", "../../etc/passwd", "\\",
    '"',
    # numbers and names that look like something else
    "NaN", "null", "None", "-1", "1e999", "[E1]", "true",
)  # fmt: skip

SANE = st.sampled_from(["payments", "errors", "card gateway refused the handshake: protocol version 1.0", "v2", "Ada"])


def _long(piece: str, size: int) -> str:
    return (piece * (size // len(piece) + 1))[:size] if piece else ""


odd = st.sampled_from(ODD)
mixed = st.lists(st.one_of(odd, SANE, st.text(max_size=12)), min_size=2, max_size=5).map(" ".join)
long = st.builds(_long, st.one_of(odd, mixed), st.sampled_from([149, 3_000, 4_096, LONGEST]))
word = "supercalifragilistic"
"""What many long words are made of."""

texts = st.one_of(
    SANE, odd, mixed, long, st.just(word * 500), st.text(st.characters(exclude_categories=()), max_size=80)
)
"""Any text that comes from outside."""
