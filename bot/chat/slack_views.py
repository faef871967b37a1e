"""Views of Slack: the dialogs that ask for words, and the app's Home. Pure, and within Slack's documented limits.

Source: https://docs.slack.dev/reference/views.
"""

import hashlib
import json
import re
from typing import Any

from bot.chat.slack_blocks import Block, Message, fit, plain
from bot.chat.slack_payloads import Body, Spot, person_of
from bot.domain.people import Answer, Command

DIALOGS = re.compile("steward_(reason|silence|adjust)")
"""The `callback_id` of our dialogs."""

TITLE, LABEL = 24, 2000
WHY = 500  # units of a reason


def reason(proposal_id: str, spot: Spot) -> dict[str, Any]:
    """Asks why a proposal was rejected."""
    field = _field("why", "Why? It is noted in the incident's thread", multiline=True, optional=True, max_length=WHY)
    return _dialog("reason", "Rejected. Why?", "Note it", [field], (proposal_id, spot))


def silence(incident_id: str, spot: Spot) -> dict[str, Any]:
    """Asks for how long an incident's services shall be silent, and why."""
    fields = [
        _field("span", "For how long? 30m, 2h, 3d or tomorrow", initial_value="1d", max_length=20),
        _field("why", "Why?", optional=True, max_length=200),
    ]
    return _dialog("silence", "Silence for how long?", "Silence", fields, (incident_id, spot))


def adjust(incident_id: str, spot: Spot) -> dict[str, Any]:
    """Asks for another number of replicas."""
    field = _field("span", "How many replicas? A new proposal with a dry run follows", max_length=5)
    return _dialog("adjust", "How many replicas?", "Propose it", [field], (incident_id, spot))


def home(message: Message) -> dict[str, Any]:
    """The Home tab: what a message would say."""
    return {"type": "home", "blocks": message.blocks}


def submitted(body: Body) -> tuple[Command, Spot]:
    """The command in a `view_submission` payload, and where its dialog was opened.

    Its id names the dialog and what stands in it: a second delivery is the same command, a corrected one is not.
    """
    view = body["view"]
    found = DIALOGS.fullmatch(view["callback_id"])
    assert found is not None
    subject, channel, thread = json.loads(view["private_metadata"])
    given = {
        block: (one[f"steward_{block}"].get("value") or "").strip() for block, one in view["state"]["values"].items()
    }
    span = (given["span"],) if "span" in given else ()
    words = (found[1], subject, *span, *given.get("why", "").split())
    print_ = hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]
    person = person_of(body["user"])
    return Command(f"slack/{view['id']}/{person.id}/{print_}", person, words), Spot(channel, person.id, thread)


def refused(body: Body, why: Answer) -> dict[str, str]:
    """The errors of a dialog that stays open, so that it can be corrected: at its first field."""
    return {body["view"]["blocks"][0]["block_id"]: fit(why.text, WHY)}


def _dialog(name: str, title: str, submit: str, fields: list[Block], about: tuple[str, Spot]) -> dict[str, Any]:
    subject, spot = about
    return {
        "type": "modal",
        "callback_id": f"steward_{name}",
        "title": plain(title, TITLE),
        "submit": plain(submit, TITLE),
        "close": plain("Cancel", TITLE),
        "private_metadata": json.dumps([subject, spot.channel, spot.thread]),
        "blocks": fields,
    }


def _field(name: str, label: str, *, optional: bool = False, **more: Any) -> Block:
    box = {"type": "plain_text_input", "action_id": f"steward_{name}", **more}
    return {"type": "input", "block_id": name, "label": plain(label, LABEL), "element": box, "optional": optional}
