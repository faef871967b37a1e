"""Cards as Slack's Block Kit: pure, and always within Slack's documented limits.

All texts of a card are plain, so every character that Slack would act on is escaped or replaced before it is counted.
Lengths are counted in UTF-16 units, which is never less than what Slack counts.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any, TypeAlias

from bot.domain import moments
from bot.domain.card import Button, Card, Group, Image, Section, Tone, Verb
from bot.domain.people import Answer

Block: TypeAlias = dict[str, Any]

EMOJI: dict[Tone, str] = {"critical": "🔴", "warning": "🟠", "info": "🔵", "good": "✅"}
STYLE = {"approve": "primary", "reject": "danger"}

HEADER, FOOTER, LABEL, URL = 150, 2000, 75, 3000
SHARES = (2800, 1500, 800, 400, 200)  # of the 3000 characters of a section: the first that makes all sections fit
LINE = 700  # characters of one line, so that a long one leaves room for those after it
BUTTONS = 24  # one actions block takes 25 elements; the last is the link
SECTIONS = 45  # of the 50 blocks of a message, together with the rows of buttons
ROWS = 10
ASK = "ask"  # the choice of the silence menu that opens a dialog; no span reads so
TITLE, ALT = 2000, 2000
FALLBACK = 3000  # chat.update refuses a text of more than 4,000
TOGETHER = 12_000  # bytes of JSON; Slack refuses blocks of about 13,000

# Control characters, marks that turn the direction of writing, and halves of surrogate pairs.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_STYLED = re.compile(r"(?<!\w)([*_~])(?=\S)([^\n]*?\S)\1(?!\w)")
_ALIKE = str.maketrans("*_~", "∗ˍ∼")
_WHOLE = re.compile(r"&(?:amp|lt|gt);|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is given: blocks, and the words for notifications and screen readers."""

    text: str
    blocks: list[Block]


def render(card: Card) -> Message:
    """The card as a message. Sections that do not fit are left out, and a last line says so."""
    head = [{"type": "header", "text": plain(f"{EMOJI[card.tone]} {card.title}", HEADER)}]
    tail = [*_actions(card), *_small(card.footer)]
    room = TOGETHER - _size(head + tail)
    words = [f"{EMOJI[card.tone]} {card.title}"]
    for section in card.sections:
        words += [section.heading, *section.lines]
    text = _unstyled(fit("\n".join(word for word in words if word), FALLBACK))
    return Message(text, head + _body(card.sections, room, SECTIONS - len(tail)) + tail)


def picture(image: Image, file: str) -> Message:
    """A picture that was uploaded as this file."""
    title, alt = plain(image.title, TITLE), fit(" ".join(image.alt.split()), ALT)
    return Message(alt, [{"type": "image", "slack_file": {"id": file}, "title": title, "alt_text": alt}])


def answer(said: Answer) -> Message:
    """An answer to one person: its words, then its card. No blocks when there is nothing to say."""
    if said.card is not None:
        first = (Section("", (said.text,)),) if said.text else ()
        return render(replace(said.card, sections=first + said.card.sections))
    text = _unstyled(fit(said.text, FALLBACK))
    return Message(text, [_words(text)] if text.strip() else [])


def inert(text: str) -> str:
    """The text with nothing in it that Slack would act on: `<!here>`, links, code fences, control characters."""
    text = _HARMFUL.sub("\ufffd", _BREAKS.sub("\n", text)).replace("`", "ˋ")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fit(text: str, limit: int, *, dated: bool = False) -> str:
    """The inert text within `limit` UTF-16 units, cut between characters and never inside an entity.

    dated: Slack writes marked times in each reader's zone; else they are in the config's.
    """
    near = text[: 2 * limit + 2]  # enough even if each pair of characters becomes one line break
    wholes = [whole for part, at in moments.split(near) for whole in _wholes(part, at if dated else None)]
    if len(near) == len(text) and sum(map(_units, wholes)) <= limit:
        return "".join(wholes)
    room, kept = limit - 1, []
    for whole in wholes:
        room -= _units(whole)
        if room < 0:
            break
        kept.append(whole)
    return "".join(kept) + "…"


def _unstyled(text: str) -> str:
    """The text with look-alikes for pairs of marks around words: Slack would format the words and show no mark."""
    before = ""
    while before != text:
        before, text = text, _STYLED.sub(lambda pair: f"{(mark := pair[1].translate(_ALIKE))}{pair[2]}{mark}", text)
    return text


def plain(text: str, limit: int) -> Block:
    """The text on one line as an object of plain text."""
    return {"type": "plain_text", "text": fit(" ".join(text.split()), limit), "emoji": False}


def _body(sections: tuple[Section, ...], room: int, most: int) -> list[Block]:
    """The sections in at most so many blocks and bytes, each as long as lets all fit; else a note on the rest."""
    filled = [section for section in sections if section.heading.strip() or any(map(str.strip, section.lines))]
    for share in SHARES:
        blocks = [_section(section, share) for section in filled[: most + 1]]
        if len(blocks) <= most and _size(blocks) <= room:
            return blocks
    return _first(filled, room - 200, most)  # for the note


def _first(filled: list[Section], room: int, most: int) -> list[Block]:
    """The first sections, cut as short as can be, and a note that says how many are left out."""
    blocks: list[Block] = []
    for place, section in enumerate(filled):
        block = _section(section, SHARES[-1])
        room -= _size([block])
        if room < 0 or place == most:
            left = len(filled) - place
            blocks.append(_words(f"… {left} more {'part' if left == 1 else 'parts'} did not fit here"))
            break
        blocks.append(block)
    return blocks


def _section(section: Section, share: int) -> Block:
    heading = _unstyled(fit(" ".join(section.heading.split()), HEADER).translate({ord("*"): "∗"}))
    parts = [f"*{heading}*"] if heading else []
    lines = fit("\n".join(_cut(line) for line in section.lines).strip("\n"), share, dated=not section.mono)
    if lines.strip():
        parts.append(f"```\n{lines}\n```" if section.mono else _unstyled(lines))
    return _words("\n".join(parts))


def _cut(line: str) -> str:
    return line if len(line) <= LINE else f"{line[:LINE]}…"


def _actions(card: Card) -> list[Block]:
    """A row for each subject, then the link. An `action_id` may appear once in a message, so repeats are numbered."""
    blocks: list[Block] = []
    used: Counter[str] = Counter()
    rows = groupby(card.buttons[:BUTTONS], key=lambda button: "" if button.group[1] == "list" else button.subject)
    for _, row in islice(rows, ROWS):
        elements = [
            element
            for group, buttons in groupby(row, key=lambda button: button.group[1])
            for element in _elements(group, list(buttons), used)
        ]
        blocks.append({"type": "actions", "elements": elements})
    if card.link.startswith(("https://", "http://")) and _units(card.link) <= URL:
        if not blocks:
            blocks.append({"type": "actions", "elements": []})
        blocks[-1]["elements"].append(
            {"type": "button", "action_id": "steward_open", "text": plain("Open the page", LABEL), "url": card.link}
        )
    return blocks


def _elements(group: Group, buttons: list[Button], used: Counter[str]) -> list[Block]:
    """The buttons of one group, or a menu for the choices of one thing."""
    if group == "silence":
        more = Button("silence", "Longer, or with a reason …", buttons[0].subject, ASK)
        options = [{"text": plain(one.label, LABEL), "value": _value(one)} for one in (*buttons, more)]
        about = {"type": "static_select", "placeholder": plain("Silence …", LABEL), "options": options}
        return [{**about, "action_id": _once("silence", used)}]
    return [_button(one, _once(one.verb, used)) for one in buttons]


def _once(verb: Verb, used: Counter[str]) -> str:
    used[verb] += 1
    return f"steward_{verb}_{used[verb] - 1}" if used[verb] > 1 else f"steward_{verb}"


def _value(button: Button) -> str:
    return f"{button.subject}:{button.digest}"


def _button(button: Button, action_id: str) -> Block:
    style = {"style": STYLE[button.verb]} if button.verb in STYLE else {}
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(button.label.strip() or button.verb, LABEL),
        "value": _value(button),
        **style,
    }


def _small(footer: str) -> list[Block]:
    if not footer.strip():
        return []
    text = _unstyled(fit(footer, FOOTER, dated=True))
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}]


def _words(text: str) -> Block:
    # verbatim: Slack makes no link of an address, a channel's name or an @mention that stands in the text
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _wholes(part: str, at: int | None) -> list[str]:
    """The inert part in pieces that must not be cut."""
    safe = inert(part)
    return _WHOLE.findall(safe) if at is None else [f"<!date^{at}^{{date_short_pretty}} {{time}}|{safe}>"]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _size(blocks: list[Block]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False).encode())
