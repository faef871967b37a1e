"""Proposals in their order, and the switch."""

from bot.domain.proposals import Approval
from bot.web import present_actions
from tests import builders as make
from tests import stories
from tests.builders import T


def test_what_waits_comes_first_by_its_promise() -> None:
    offers = [make.proposal("old", state="void"), make.proposal("b", place=1), make.proposal("a", place=0)]
    assert [one.id for one in present_actions.proposals(make.dossier(None, *offers))] == ["a", "b", "old"]


def test_a_proposal_tells_what_it_undoes_and_until_when_it_may_stand() -> None:
    given = Approval("slack:U1", "Ada (Slack), in advance", T, "s1")
    one = make.proposal(undoes="x1", standing_until=T + 900, approvals=(given,))
    (told,) = present_actions.proposals(make.dossier(None, one))
    assert (told.undoes, told.approvals[0].standing) == ("x1", "s1")
    assert told.standing_until is not None
    assert told.standing_until.epoch == T + 900


def test_only_what_is_not_over_runs() -> None:
    states = [make.execution(state, state=state) for state in ("queued", "running", "done", "failed", "unknown")]
    told = present_actions.actions(None, (), [(one, make.proposal()) for one in states], may_decide=False)
    assert [one.execution_id for one in told.running] == ["queued", "running"]
    assert (told.stopped, told.may_decide) == (None, False)


def test_a_standing_approval_keeps_the_options_of_its_target_at_home() -> None:
    told = present_actions.actions(None, [stories.worse()[2]], (), may_decide=True)
    assert (told.standings[0].service, told.standings[0].used) == ("search", 2)
    assert "/srv/shop" not in told.model_dump_json()
