import pytest

from bot.domain.dossier import Dossier
from bot.domain.tempo import Tempo, against, tempo
from tests import builders as make
from tests.builders import T


def dossier(notice: float, offered: float, approved: float | None, ended: float | None) -> Dossier:
    one = make.incident(opened_at=T + notice, resolved_at=None if ended is None else T + ended)
    events = [make.event("proposed", at=T + offered)]
    if approved is not None:
        events += [make.event("approved", at=T + approved), make.event("approved", at=T + approved + 999)]
    return Dossier(one, events=tuple(events))


def test_medians_over_the_incidents_that_came_so_far() -> None:
    found = tempo([dossier(10, 20, 50, 100), dossier(30, 20, 40, 300), dossier(20, 20, None, None)])
    assert found == Tempo(notice=20, approve=25, recover=200)
    assert tempo([]) == Tempo()


@pytest.mark.parametrize(
    ("day", "week", "lines"),
    [
        (Tempo(), Tempo(1, 2, 3), []),
        (Tempo(notice=32), Tempo(notice=41), ["to notice: 32 s (41 s the week before)"]),
        (Tempo(approve=60, recover=600), Tempo(), ["to approve: 60 s", "to recover: 10 min"]),
    ],
)
def test_a_day_is_held_against_the_week_before(day: Tempo, week: Tempo, lines: list[str]) -> None:
    assert against(day, week) == lines
