import json

import pytest

from bot.domain.people import Answer
from tests import builders as make
from tests.fakes.llm import FakeLlm
from tests.flow.house import House
from tests.unit.bot.flow.cases import PEOPLE, saved, say


def asked(house: House, llm: FakeLlm) -> House:
    return House(house.store, house.clock, house.values, house.states, llm=llm)


async def test_a_question_is_answered_from_facts_with_their_ids(house: House) -> None:
    llm = FakeLlm(json.dumps({"answer": "The deployment [E1].", "citations": ["E1"]}))
    await saved(house.store, make.incident())
    answer = await say(asked(house, llm), "ask 3f2a what broke it?")
    assert answer.text == "The deployment [E1]."
    assert answer.card is not None
    assert answer.card.title == "what broke it?"
    assert [section.lines for section in answer.card.sections] == [
        ("The deployment [E1].",), ("[E1] payments: payments v2 was deployed 60 s before the onset",),
    ]  # fmt: skip
    assert "what broke it?" in llm.prompts[0]


@pytest.mark.parametrize(
    ("llm", "why"),
    [
        (FakeLlm(broken="no answer within 60 s"), "fake was no help: no answer within 60 s"),
        (FakeLlm('{"answer": "restart it now [E7]", "citations": []}'), "fake was no help: the answer cites 'E7'"),
    ],
)
async def test_a_model_that_is_no_help_leaves_what_the_rules_know(house: House, llm: FakeLlm, why: str) -> None:
    await saved(house.store, make.incident())
    answer = await say(asked(house, llm), "ask 3f2a why?")
    assert answer.card is not None
    assert answer.card.footer.startswith(why)
    assert [section.heading for section in answer.card.sections] == ["Suspects", "Evidence"]


async def test_without_a_model_or_a_question_the_evidence_is_the_answer(house: House) -> None:
    await saved(house.store, make.incident())
    why = await say(house, "why 3f2a")
    assert await say(house, "ask 3f2a why though") == why
    assert await say(asked(house, FakeLlm()), "ask 3f2a", id_="none") == why


async def test_one_question_at_a_time(house: House) -> None:
    busy = asked(house, FakeLlm())
    await saved(house.store, make.incident())
    async with busy.desk.ask.busy:
        answer = await say(busy, "ask 3f2a why?")
    assert answer.card is not None
    assert answer.card.footer.startswith("the model is busy with another question")


async def test_about_nothing_it_says_what_can_be_said(house: House) -> None:
    answer: Answer = await say(house, "ask nope what?", PEOPLE[1])
    assert answer.text == "What I understand"
