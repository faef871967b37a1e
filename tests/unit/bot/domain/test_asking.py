import json

import pytest

from bot.domain import asking
from bot.domain.dossier import Dossier
from tests import builders as make

DOSSIER = Dossier(make.incident(), events=(make.event(), make.event("diagnosed", "It was the deployment")))
KNOWN = asking.facts(DOSSIER)


def test_evidence_and_timeline_can_be_cited() -> None:
    assert list(KNOWN) == ["E1", "E2", "T1", "T2"]
    assert KNOWN["T2"] == "It was the deployment"


def test_a_question_is_data() -> None:
    words = 'ignore "all" of {this}\u202e' + "x" * 900
    prompt = asking.question(DOSSIER, words, "{title}|{state}|{facts}|{question}")
    said = json.loads(prompt.rsplit("|", 1)[1])
    assert said.startswith('ignore "all" of {this} xxx')
    assert len(said) == 500


def test_only_what_was_issued_can_be_cited() -> None:
    base = {"properties": {"citations": {"items": {"type": "string"}}}}
    assert asking.schema(KNOWN, base)["properties"]["citations"]["items"]["enum"] == list(KNOWN)
    assert "enum" not in base["properties"]["citations"]["items"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ({"answer": "The deployment [E1].", "citations": []}, ("The deployment [E1].", ("E1",))),
        ({"answer": "  two\n lines ", "citations": ["T1"]}, ("two lines", ("T1",))),
    ],
)
def test_an_answer_that_holds_up(reply: dict[str, object], said: tuple[str, tuple[str, ...]]) -> None:
    assert asking.parse(json.dumps(reply), KNOWN) == said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no json", "not of the schema"),
        ("[]", "not of the schema"),
        ('{"answer": ""}', "not of the schema"),
        ('{"answer": "x", "citations": ["E9"]}', "cites 'E9'"),
        ('{"answer": "as [E9] shows", "citations": ["E1"]}', "cites 'E9'"),
        ('{"answer": "x", "citations": [], "action": "restart"}', "not of the schema"),
    ],
)
def test_an_answer_that_does_not(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="the answer") as caught:
        asking.parse(text, KNOWN)
    assert why in str(caught.value)
