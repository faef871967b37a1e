from bot.config.policy import policy
from bot.drills.place import ADA, BEN, EVE, OWNER, SERVICE, Place, incident

PLACE = Place("/srv/target", "sqlite:////srv/steward.db")


def test_three_people_may_approve_and_one_may_not() -> None:
    rules = policy(PLACE.config({}))
    assert {ADA.identity, BEN.identity, OWNER.identity} == rules.everyone
    assert EVE.identity not in rules.everyone


def test_a_section_is_changed_and_the_rest_stays() -> None:
    settings = PLACE.config({"approvals": {"expires_after": "1m"}}).settings
    assert (settings.approvals.expires_after, settings.approvals.approvers.slack) == (60.0, ("U1",))
    assert settings.services[SERVICE].limits.cooldown == 0


def test_the_incident_is_ready_to_be_acted_on() -> None:
    one = incident(1000.0)
    assert one.firing
    assert one.due == {"offer"}
    assert one.suspects[0].service == SERVICE


def test_places_on_one_target_have_notebooks_of_their_own() -> None:
    assert PLACE.notebook != Place("/srv/target", "sqlite:////srv/other.db").notebook
    assert PLACE.target.options == {"directory": "/srv/target"}
