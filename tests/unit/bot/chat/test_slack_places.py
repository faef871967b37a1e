"""The channels that the bot is in, over real sockets."""

import pytest

from bot.chat.places import Place
from bot.chat.slack_places import PAGE, PAGES, channel_id, seen
from bot.domain.errors import ChatError
from tests.standins.slack import SlackStandin


def channel(name: str, *, private: bool = False, member: bool = True, archived: bool = False) -> dict[str, object]:
    return {"name": name, "is_private": private, "is_member": member, "is_archived": archived}


async def test_channels_are_told_by_name_where_the_bot_is_and_can_post() -> None:
    async with SlackStandin() as slack:
        slack.scopes.add("groups:read")
        slack.channels = {
            "C1": channel("ops"),
            "C2": channel("not-there", member=False),
            "C3": channel("old", archived=True),
            "G4": channel("secret", private=True),
        }
        assert await seen(slack.bot_token, slack.api_url) == [Place("#ops", "C1"), Place("#secret", "G4", "private")]
        assert not slack.messages


async def test_without_the_scope_for_private_channels_the_public_ones_are_told() -> None:
    async with SlackStandin() as slack:
        slack.channels = {"C1": channel("ops"), "G4": channel("secret", private=True)}
        assert await seen(slack.bot_token, slack.api_url) == [Place("#ops", "C1")]


async def test_many_channels_are_asked_for_page_by_page_with_an_end() -> None:
    async with SlackStandin() as slack:
        slack.channels = {f"C{number}": channel(f"team-{number}") for number in range(PAGE + 1)}
        assert len(await seen(slack.bot_token, slack.api_url)) == PAGE + 1
        slack.channels = {f"C{number}": channel(f"team-{number}") for number in range(PAGE * PAGES + 1)}
        assert len(await seen(slack.bot_token, slack.api_url)) == PAGE * PAGES


async def test_a_refusal_is_one_line_without_the_token() -> None:
    async with SlackStandin() as slack:
        with pytest.raises(ChatError, match="could not list the channels: invalid_auth: copy the token") as caught:
            await seen("xoxb-2-wrong-secret", slack.api_url)
    assert "secret" not in str(caught.value)
    with pytest.raises(ChatError, match=r"no connection to 127\.0\.0\.1:1"):
        await seen("xoxb-1", "http://127.0.0.1:1/api/")


@pytest.mark.parametrize("text", ["C0123456789", "G0123"])
def test_an_id_is_taken(text: str) -> None:
    assert channel_id(text) == text


@pytest.mark.parametrize("text", ["#ops", "ops", "c0123", "D0123", "C0123 ", ""])
def test_a_name_is_refused_with_where_to_find_the_id(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be the channel's id.* `steward init --chats` shows both"):
        channel_id(text)
