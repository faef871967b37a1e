"""The doctor on stand-ins: all well, and each finding."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest

from bot.commands.doctor import Finding, came_by_pack
from bot.domain.samples import Batch, Pull, Query, Series
from bot.store.store import SqlStore
from detectors.model import Traits
from tests.standins import prometheus as prom
from tests.standins.prometheus import Asked, Reply
from tests.standins.telegram import TOKEN
from tests.standins.telegram_harness import GROUP, TOPIC
from tests.standins.telegram_world import Room
from tests.unit.bot.commands.doctor_world import World, built, queue
from tests.unit.bot.commands.test_common import marked
from tests.unit.bot.conftest import Steward


@pytest.fixture
async def world(
    steward: Steward, folder: Path, own_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        yield await built(stack, steward, folder, monkeypatch)


async def test_all_is_well(world: World) -> None:
    ran = await world.doctor()
    assert ran.status == 0
    assert ran.out.splitlines() == [
        "ok    config: steward.yaml",
        f"ok    store: sqlite:///{world.folder}/steward.db at version 0003",
        "ok    page: http://127.0.0.1:0",
        "ok    source prom: 1 series of 1 service: depth 1",
        "ok    source logs: well",
        "ok    source shop: 1 series of 1 service: process 1",
        "ok    slack: well",
        "ok    telegram: well",
        "ok    model llama3.2: well",
        "ok    target of catalog: well",
        "all 10 checks passed",
    ]
    assert not world.slack.messages
    assert not world.telegram.called("sendMessage")


async def test_asked_to_post_it_posts_a_line_and_finds_what_no_look_can_find(world: World) -> None:
    world.telegram.world.rooms[GROUP].topics[TOPIC] = False
    assert (await world.doctor()).status == 0
    ran = await world.doctor("--post")
    (found,) = (line for line in ran.out.splitlines() if line.startswith("FAIL"))
    assert found.startswith("FAIL  telegram: Telegram refused: ")
    assert "the topic is closed: open it, or let the bot manage topics" in found
    (message,) = world.slack.messages
    assert "Steward can post here" in message.words
    assert ran.status == 1


def answers(reply: Reply) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.prom.answering = lambda _: reply

    return change


def no_log(world: World) -> None:
    (world.folder / "checkout.log").unlink()


def shop_is_down(world: World) -> None:
    world.shop.answering = lambda _: Reply(b"", 500)


def query_refused(world: World) -> None:
    def refusing(asked: Asked) -> Reply:
        return prom.refusal("parse error") if asked.form["query"] == "queue_depth" else queue()(asked)

    world.prom.answering = refusing


def slack_token(world: World) -> None:
    world.slack.faults.bot = "invalid_auth"


def slack_scope(world: World) -> None:
    world.slack.scopes.remove("chat:write")


def slack_channel(world: World) -> None:
    world.slack.channels[world.slack.channel]["is_member"] = False


def telegram_token(world: World) -> None:
    world.telegram.token = "1001:another"


def telegram_left(world: World) -> None:
    world.telegram.world.rooms[GROUP].status = "left"


def slack_app_scope(world: World) -> None:
    world.slack.faults.app = "missing_scope"


def telegram_elsewhere(world: World) -> None:
    world.telegram.world.rooms.clear()
    world.telegram.world.put(Room(-1007, title="Night shift"))


def telegram_rival(world: World) -> None:
    world.telegram.rival = True


def no_model(world: World) -> None:
    world.ollama.models = ()


def model_fails(world: World) -> None:
    world.ollama.trouble = "internal error"


def no_manifest(world: World) -> None:
    (world.folder / "catalog.json").unlink()


def newer_store(world: World) -> None:
    marked(world.folder / "steward.db", "9999")


def no_store(world: World) -> None:
    (world.folder / "steward.db").unlink()
    (world.folder / "steward.db").mkdir()


@pytest.mark.parametrize(
    ("change", "part", "words"),
    [
        (newer_store, "store", "newer than this program's 0003: run the newer program"),
        (no_store, "store", "unable to open database file"),
        (answers(prom.FAULTS["wrong token"]), "source prom", "refused our credentials (401): set PROMETHEUS_TOKEN"),
        (answers(prom.FAULTS["web page"]), "source prom", "a web page (HTML) came instead of JSON"),
        (query_refused, "source prom", "query depth was refused: parse error: mend the query"),
        (no_log, "source logs", "no file matches "),
        (shop_is_down, "source shop", "none of 1 targets answers, such as target "),
        (slack_token, "slack", "invalid_auth"),
        (slack_scope, "slack", "the bot lacks the scope chat:write (posts and edits): paste slack-app.json"),
        (slack_channel, "slack", "lacks the bot: type /invite @steward there"),
        (slack_app_scope, "slack", "missing_scope connections:write: generate one with connections:write"),
        (telegram_token, "telegram", "TELEGRAM_BOT_TOKEN"),
        (telegram_elsewhere, "telegram", "set chat.telegram.chat to one that the bot heard of: Night shift -1007"),
        (telegram_rival, "telegram", "another process polls Telegram with this bot's token: stop it"),
        (telegram_left, "telegram", "the bot is not in the Telegram chat Operations: add it as a member"),
        (no_model, "model llama3.2", "has no model llama3.2: run `ollama pull llama3.2`"),
        (model_fails, "model llama3.2", "answered 500: llama runner process has terminated"),
        (no_manifest, "target of catalog", "catalog"),
    ],
)
async def test_a_finding_is_one_line_with_its_mend_and_hides_no_other(
    world: World, change: Callable[[World], None], part: str, words: str
) -> None:
    change(world)
    ran = await world.doctor()
    lines = ran.out.splitlines()
    (found,) = (line for line in lines if line.startswith("FAIL"))
    assert found.startswith(f"FAIL  {part}: ")
    assert words in found
    assert f"{part}: {part}:" not in found
    assert (ran.status, lines[-1], len(lines)) == (1, "1 of 10 checks failed", 11)
    assert not any(token in ran.out + ran.err for token in (world.slack.bot_token, world.slack.app_token, TOKEN))
    assert "Traceback" not in ran.err


def telegram_privacy(world: World) -> None:
    world.telegram.world.rooms[GROUP].status = "member"


def not_a_number(world: World) -> None:
    world.prom.answering = queue("NaN")


def binary(world: World) -> None:
    (world.folder / "checkout.log").write_bytes(b"\x7fELF\x00\x00\x01\n" * 9)


def one_of_two(world: World) -> None:
    path = world.folder / "steward.yaml"
    path.write_text(path.read_text().replace("targets: [", "targets: [{url: 'http://127.0.0.1:1/x', service: gone}, "))


@pytest.mark.parametrize(
    ("change", "part", "words"),
    [
        (not_a_number, "source prom", "depth: none of its 1 series has a number; it is not watched until one has"),
        (answers(prom.vector([])), "source prom", "no series came: does the server scrape anything"),
        (binary, "source logs", "checkout.log: has binary in it: is it a log?"),
        (one_of_two, "source shop", "target http://127.0.0.1:1/x: cannot connect: is it running"),
        (one_of_two, "source shop", "; 1 series of 1 service: process 1"),
        (telegram_privacy, "telegram", "privacy mode is on: in the group the bot hears commands to it, replies to it"),
    ],
)
async def test_what_works_but_is_odd_is_a_note(
    world: World, change: Callable[[World], None], part: str, words: str
) -> None:
    change(world)
    ran = await world.doctor()
    (found,) = (line for line in ran.out.splitlines() if line.startswith("note"))
    assert found.startswith(f"note  {part}: ")
    assert words in found
    assert (ran.status, ran.out.splitlines()[-1]) == (0, "all 10 checks passed")


def test_what_came_is_told_by_pack() -> None:
    def batch(name: str, *services: str) -> Batch:
        series = [Series(f"prom/{name}{{{service}}}", service) for service in services]
        return Batch(Query(name, name, "count", Traits()), series, np.zeros(1), np.zeros((1, len(series))))

    pull = Pull(
        [batch("node_cpu", "a", "b"), batch("node_load", "a"), batch("up", "c"), batch("mine"), batch("own", "d")]
    )
    assert came_by_pack(pull) == "5 series of 4 services: node 3, own 1, up 1"
    assert came_by_pack(Pull()) == ""


async def test_what_is_asked_in_vain_is_one_line(world: World) -> None:
    path = world.folder / "steward.yaml"
    path.write_text(path.read_text().replace(world.prom.url, "http://127.0.0.1:1"))
    ran = await world.doctor()
    assert ran.status == 1
    assert (
        "FAIL  source prom: Prometheus at http://127.0.0.1:1: cannot connect: is it running, and is the address right?"
    ) in ran.out.splitlines()


async def test_a_missing_token_is_one_finding_among_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLACK_APP_TOKEN")
    ran = await world.doctor()
    (found,) = (line for line in ran.out.splitlines() if line.startswith("FAIL"))
    assert found.startswith("FAIL  slack: SLACK_APP_TOKEN is not set, and chat.slack needs it: export SLACK_APP_TOKEN=")
    assert (ran.status, ran.out.splitlines()[-1]) == (1, "1 of 10 checks failed")
    assert not world.slack.calls


@pytest.mark.parametrize(
    ("page", "line"),
    [
        (b'{"status": "ok", "version": "0.1.0", "parts": []}', "note  page: a Steward runs here already"),
        (b"<html>another program</html>", "FAIL  page: chat.web.listen: cannot listen on 127.0.0.1:"),
        (b"[]", "FAIL  page: chat.web.listen: cannot listen on 127.0.0.1:"),
    ],
)
async def test_who_has_the_address_of_the_page(world: World, page: bytes, line: str) -> None:
    world.shop.answering = lambda asked: Reply(
        page if asked.path == "/health" else b"process_resident_memory_bytes 5e7\n"
    )
    path = world.folder / "steward.yaml"
    path.write_text(path.read_text().replace("127.0.0.1:0", world.shop.url.removeprefix("http://")))
    ran = await world.doctor()
    assert [found[: len(line)] for found in ran.out.splitlines() if not found.startswith(("ok", "1 of", "all"))] == [
        line
    ]
    assert ran.status == line.startswith("FAIL")


def test_a_store_that_is_still_to_come_is_well(steward: Steward, folder: Path) -> None:
    ran = steward("doctor")
    assert ran.status == 0
    assert "steward.db is new; run makes its tables\n" in ran.out


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        (Finding("slack"), "ok    slack: well"),
        (Finding("slack", note="odd"), "note  slack: odd"),
        (Finding("slack", "bad", note="odd"), "FAIL  slack: bad"),
        (Finding("source a", "source a: bad\n\x1b[2J"), "FAIL  source a: bad [2J"),
    ],
)
def test_the_line_of_a_finding(finding: Finding, line: str) -> None:
    assert finding.line == line


async def test_what_the_rules_leave_open_is_a_note(world: World) -> None:
    file = world.folder / "steward.yaml"
    text = file.read_text().replace("approvals: {approvers: {slack: [U1], telegram: [1001]}}\n", "")
    file.write_text(text.replace("services: {catalog: {", "services: {catalog: {depends_on: [warehouse], "))
    ran = await world.doctor()
    notes = [line for line in ran.out.splitlines() if line.startswith("note")]
    assert notes == [
        "note  approvals: nobody on slack may approve: add ids under approvals.approvers.slack",
        "note  approvals: nobody on telegram may approve: add ids under approvals.approvers.telegram",
        "note  services: warehouse: called, but not described under services",
    ]
    assert ran.status == 0
