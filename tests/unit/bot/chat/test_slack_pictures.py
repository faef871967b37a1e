"""Pictures over real sockets: shown once their file is ready, replaced in place, and the old file deleted."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack_pictures import TRIES, show
from bot.domain.card import Image
from bot.domain.errors import ChatError
from tests.standins.slack import SlackStandin

IMAGE = Image(b"\x89PNG 1", "payments errors", "errors rise at 14:03")


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandin]:
    async with SlackStandin() as standin:
        await standin.add(standin.channel, {"text": "root"})
        yield standin


async def shown(slack: SlackStandin, image: Image = IMAGE, old: str = "") -> str:
    web = AsyncWebClient(slack.bot_token, slack.api_url)
    return await show(web, f"{slack.channel}:{slack.messages[0].ts}", image, old, pause=0.0)


async def test_a_picture_stands_in_the_thread_with_its_words(slack: SlackStandin) -> None:
    ref = await shown(slack)
    (message,) = slack.thread(slack.messages[0].ts)
    (block,) = message.blocks
    assert ref == f"{slack.channel}:{message.ts}:{block['slack_file']['id']}"
    assert list(slack.files.kept.values()) == [IMAGE.png]
    assert (block["title"]["text"], block["alt_text"]) == ("payments errors", "errors rise at 14:03")


async def test_a_newer_picture_takes_its_place_and_the_old_file_goes(slack: SlackStandin) -> None:
    first = await shown(slack)
    second = await shown(slack, Image(b"\x89PNG 22", "t", "a"), first)
    (message,) = slack.thread(slack.messages[0].ts)
    assert message.edits == 1
    assert second.rpartition(":")[0] == first.rpartition(":")[0]
    assert slack.files.deleted == [first.rpartition(":")[2]]
    assert list(slack.files.kept.values()) == [b"\x89PNG 22"]


async def test_a_file_that_slack_still_works_on_is_waited_for(slack: SlackStandin) -> None:
    slack.files.busy = TRIES - 1
    await shown(slack)
    assert len(slack.thread(slack.messages[0].ts)) == 1
    slack.files.busy = TRIES
    with pytest.raises(ChatError, match="could not show a picture in C0STEWARD: invalid_blocks"):
        await shown(slack)
    assert len(slack.files.kept) == 1, "what nobody sees is deleted again"


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal", "upload"])
async def test_an_upload_that_fails_is_one_line_and_may_be_tried_again(slack: SlackStandin, method: str) -> None:
    if method == "upload":
        slack.files.base += "/lost"
    else:
        slack.faults.refused[method] = "fatal_error"
    with pytest.raises(ChatError, match=r"^Slack: could not upload a picture: .+$") as caught:
        await shown(slack)
    assert not caught.value.maybe_sent
    assert "xoxb" not in str(caught.value)


async def test_a_picture_of_a_deleted_message_is_gone(slack: SlackStandin) -> None:
    ref = await shown(slack)
    slack.messages.pop()
    with pytest.raises(ChatError) as caught:
        await shown(slack, old=ref)
    assert caught.value.gone


async def test_an_old_file_that_cannot_be_deleted_does_no_harm(slack: SlackStandin) -> None:
    ref = await shown(slack)
    slack.faults.refused["files.delete"] = "cant_delete_file"
    assert await shown(slack, old=ref) != ref
    assert len(slack.files.kept) == 2
