"""Each finding of the check, with its mend, against the stand-in."""

from collections.abc import AsyncIterator, Callable

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack_check import findings
from bot.domain.errors import ChatError
from tests.standins.slack import SlackStandin


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandin]:
    async with SlackStandin() as standin:
        standin.channels["C0OTHER"] = {"name": "dev", "is_member": True, "is_archived": False}
        yield standin


async def found(slack: SlackStandin, channel: str = "") -> list[str]:
    web = AsyncWebClient(slack.bot_token, slack.api_url)
    return await findings(web, channel or slack.channel, slack.app_token)


async def test_nothing_is_found_where_all_is_well_and_nothing_is_posted(slack: SlackStandin) -> None:
    assert await found(slack) == []
    assert slack.messages == []
    assert slack.sockets.opened == 0


def no_charts(slack: SlackStandin) -> None:
    slack.scopes -= {"files:write", "app_mentions:read"}


def no_look(slack: SlackStandin) -> None:
    slack.scopes.remove("channels:read")


def not_in(slack: SlackStandin) -> None:
    slack.channels[slack.channel] |= {"is_member": False, "name": "ops"}


def archived(slack: SlackStandin) -> None:
    slack.channels[slack.channel] |= {"is_archived": True, "name": "ops"}


def unknown(slack: SlackStandin) -> None:
    del slack.channels[slack.channel]


def nowhere(slack: SlackStandin) -> None:
    slack.channels.clear()


def private(slack: SlackStandin) -> None:
    slack.channels[slack.channel]["is_private"] = True


def app_scope(slack: SlackStandin) -> None:
    slack.faults.app = "missing_scope"


def app_refused(slack: SlackStandin) -> None:
    slack.faults.app = "some_new_code"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_charts, ["lacks the scope app_mentions:read (questions in a thread) and files:write (charts): paste"]),
        (
            no_look,
            ["lacks the scope channels:read", "slack-app.json of `steward init --chats --force` under App Manif"],
        ),
        (not_in, ["channel #ops (C0STEWARD) lacks the bot: type /invite @steward there; the bot is in #dev C0OTHER"]),
        (archived, ["channel #ops (C0STEWARD) is archived: bring it back or name another; the bot is in #dev C0OTHER"]),
        (unknown, ["channel_not_found: set chat.slack.channel to the channel's id", "; the bot is in #dev C0OTHER"]),
        (nowhere, ["channel_not_found", "; the bot is in no channel yet"]),
        (private, ["missing_scope groups:read", "for a private channel the bot lacks the scope groups:read: paste"]),
        (app_scope, ["missing_scope connections:write: generate one with connections:write", "set SLACK_APP_TOKEN"]),
        (app_refused, ["some_new_code: is Socket Mode on in the app's settings?"]),
    ],
)
async def test_each_finding_is_one_line_with_its_mend(
    slack: SlackStandin, spoil: Callable[[SlackStandin], None], said: list[str]
) -> None:
    spoil(slack)
    (line,) = await found(slack)
    assert [words for words in said if words not in line] == []
    assert "\n" not in line
    assert "secret" not in line


async def test_one_finding_hides_no_other(slack: SlackStandin) -> None:
    for spoil in (no_charts, not_in, app_scope):
        spoil(slack)
    assert len(await found(slack)) == 3


async def test_a_private_channel_with_its_scope_is_well(slack: SlackStandin) -> None:
    private(slack)
    slack.scopes.add("groups:read")
    assert await found(slack) == []


async def test_where_the_channels_cannot_be_listed_the_finding_stands_alone(slack: SlackStandin) -> None:
    slack.faults.refused["users.conversations"] = "access_denied"
    not_in(slack)
    (line,) = await found(slack)
    assert line.endswith("type /invite @steward there")


async def test_a_refused_token_ends_the_look(slack: SlackStandin) -> None:
    slack.faults.bot = "invalid_auth"
    with pytest.raises(ChatError, match="could not sign in: invalid_auth: copy the token"):
        await found(slack)
