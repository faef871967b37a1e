from dataclasses import replace

from bot.domain.tuning import Vote
from bot.store.store import SqlStore
from tests import builders as make
from tests.builders import T

VOTE = Vote(make.incident().id, "slack:U1", "payments/http_p95#level", "harmless", T, "Ada (Slack)")


async def test_a_later_word_of_the_same_person_replaces_the_first(store: SqlStore) -> None:
    later, other = replace(VOTE, verdict="helpful", at=T + 1), replace(VOTE, identity="slack:U2", at=T - 1)
    async with store.unit() as unit:
        await unit.incidents.save(make.incident())
        await unit.votes.cast([VOTE, other])
        await unit.votes.cast([later])
        assert await unit.votes.all() == [other, later]
        assert await unit.votes.forget(VOTE.signature) == 2
        assert await unit.votes.forget(VOTE.signature) == 0
        assert await unit.votes.all() == []
