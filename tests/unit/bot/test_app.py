from pathlib import Path

from bot.app import Bot, compose, scope
from bot.domain.people import Click, Command, Person
from bot.runtime.health import Board
from bot.store import migrate
from tests import builders
from tests.unit.bot.shop_config import LEAST, WHOLE, built


def steps(bot: Bot) -> list[str]:
    return [step.part for step in bot.steps]


async def test_what_watching_knows_is_what_the_config_says() -> None:
    parts = built(
        f"{LEAST}services: {{shop: {{depends_on: [mail]}}}}\nincidents: {{debounce: 4, clear_after: 7}}\n", {}
    )
    known = scope(parts.config)
    assert (known.debounce.debounce, known.debounce.clear_after) == (4, 7)
    assert known.filing.topology.near(["shop"], 1) == {"shop", "mail"}
    await parts.close()


async def test_the_least_config_is_a_bot_without_chats_model_or_targets() -> None:
    parts = built(LEAST, {})
    bot = compose(parts, Board())
    assert steps(bot) == [
        "investigate", "offer", "stand", "vouch", "remind", "execute", "verify", "learn", "tend", "recover",
    ]  # fmt: skip
    assert (parts.llm, parts.chats, dict(parts.fleet.targets)) == (None, (), {})
    await parts.close()


async def test_each_chat_has_its_own_publisher_each_source_its_watch_and_the_model_its_step() -> None:
    parts = built(WHOLE)
    bot = compose(parts, Board(), "https://steward.example")
    assert steps(bot)[3:5] == ["slack", "telegram"]
    assert steps(bot)[-1] == "diagnose"
    assert len(bot.watches) == 2
    assert bot.renderer.page == "https://steward.example"
    await parts.close()


async def test_the_desk_decides_by_the_approvers_of_the_config(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'steward.db'}"
    await migrate.upgrade(store)
    parts = built(f"store: {store}\n{WHOLE}")
    desk = compose(parts, Board()).desk
    offered = builders.sealed(desk.deeds.decide.gate.policy)
    async with parts.store.unit() as unit:
        await unit.incidents.save(builders.incident())
        await unit.ledger.offer(offered)
    for person, words in (
        (Person("slack", "U9"), "may not decide here"),
        (Person("slack", "U1"), "a second person must approve it too"),
        (Person("telegram", "1001"), "you have approved this already"),
    ):
        answer = await desk.click(Click(person.identity, person, "approve", "p1", offered.digest))
        assert words in answer.text
    assert (await desk.command(Command("c2", Person("slack", "U9"), ("help",)))).accepted
    await parts.close()
