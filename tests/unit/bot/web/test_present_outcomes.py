"""Verdicts as the API tells them."""

from bot.web import present_outcomes
from tests import builders as make
from tests import stories


def test_a_verdict_has_its_words_its_measures_and_its_picture() -> None:
    dossier, charts, _ = stories.worse()
    (told,) = present_outcomes.outcomes(dossier, charts, {charts[0].series: "mountpoint /var"})
    assert (told.result, told.text) == ("worse", "It got worse")
    assert [one.label for one in told.measures] == ["", "mountpoint /var", ""]
    assert told.picture is not None
    assert (told.picture.title, told.picture.before, told.picture.after) == ("latency (95th percentile)", 0.16, 1.9)
    assert told.picture.acted.epoch < told.picture.judged.epoch < told.picture.until.epoch


def test_without_a_course_or_its_execution_there_is_no_picture() -> None:
    done = make.dossier(outcomes=(make.outcome(),), executions=(make.execution(),))
    assert present_outcomes.outcomes(done, [], {})[0].picture is None
    lost = make.dossier(outcomes=(make.outcome(execution_id="x9"),))
    assert present_outcomes.outcomes(lost, [make.chart()], {})[0].picture is None
