"""The care for incidents as what the API answers."""

from bot.domain.card import Card, Section
from bot.domain.incident import Ack
from bot.domain.people import Answer
from bot.domain.silence import Silence
from bot.domain.tuning import Vote, short
from bot.web import present, present_care
from tests import builders as make
from tests.builders import ADA, T

ACK = Ack(ADA.identity, ADA.words, T + 70)
NAME = "payments/http_error_ratio#level"


def silence(id_: str, *services: str, until: float = T + 600) -> Silence:
    return Silence(id_, services, ADA.identity, ADA.words, T, until, "we move the database")


def test_the_list_knows_who_looks_after_it_and_until_when_it_is_silenced() -> None:
    told = present.summary(make.incident(ack=ACK), [], [silence("q1", "payments"), silence("q2", "checkout")])
    assert told.ack is not None
    assert (told.ack.words, told.ack.at.epoch, told.storm) == ("Ada (Slack)", T + 70, False)
    assert told.silenced is not None
    assert told.silenced.epoch == T + 600


def test_what_is_silenced_only_in_part_is_told() -> None:
    one = make.incident(make.signal(), make.signal("checkout"))
    told = present.detail(make.dossier(one), [], [silence("q1", "payments")])
    assert (told.silenced, told.silences) == (None, ())


def test_verdicts_are_counted_and_the_askers_own_is_named() -> None:
    one = make.incident(verdicts={"slack:U1": "helpful", "web:owner": "wrong", "telegram:7": "helpful"})
    told = present.detail(make.dossier(one), [], (), "web:owner").verdicts
    assert (told.helpful, told.wrong, told.harmless, told.mine) == (2, 1, 0, "wrong")
    assert present.detail(make.dossier(one), []).verdicts.mine is None


def test_a_silence_says_by_whom_and_why_the_first_to_end_first() -> None:
    found = present_care.muted([silence("q1", "payments", until=T + 900), silence("q2", "payments")])
    assert [one.id for one in found] == ["q2", "q1"]
    assert found[0].text == "payments, by Ada (Slack): we move the database"


def test_a_storm_says_what_is_in_it() -> None:
    one = make.incident(make.signal(), make.signal("checkout"), storm=True, folded=12)
    told = present.detail(make.dossier(one), [])
    assert (told.storm, told.folded, told.gathered) == (True, 12, ("payments: 1 signal", "checkout: 1 signal"))


def test_a_forecast_says_how_long_is_left_and_a_signal_against_what() -> None:
    (told,) = present.detail(make.dossier(make.incident(make.signal(left=7200.0, against="at most"))), []).signals
    assert (told.left, told.against) == (7200.0, "at most")


def test_a_moved_threshold_names_the_words_that_moved_it() -> None:
    votes = [Vote(f"i{place}", f"slack:U{place}", NAME, "harmless", T + place, "Ada (Slack)") for place in (2, 1)]
    by_words, by_config = present_care.tuned(votes, {"shop/latency#level": 1.5})
    assert (by_words.id, by_words.signature, by_words.factor) == (short(NAME), NAME, 1.21)
    assert [one.incident_id for one in by_words.votes] == ["i1", "i2"]
    assert (by_config.factor, by_config.votes) == (1.5, ())


def test_an_answer_is_not_said_twice() -> None:
    facts = Section("Facts", ("[E1] payments v2 was deployed",))
    card = Card("info", "why?", (Section("", ("since v2",)), facts, Section("Suspects", ())), footer="words by m")
    told = present_care.asked(Answer("since v2", card=card))
    assert (told.text, [one.heading for one in told.sections], told.footer) == ("since v2", ["Facts"], "words by m")
    assert present_care.asked(Answer("no", accepted=False)).sections == ()
