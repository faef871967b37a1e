from dataclasses import replace

import pytest

from bot.domain.dossier import Dossier
from bot.domain.unoffered import unoffered
from tests import builders as make
from tests.builders import T

REFUSED = make.event("refused", "Not offered, restart payments: cooling down for 4 min", at=T + 70)
GONE = make.event("refused", "Nothing to offer: payments cannot be reached", at=T + 80)
CLICKED = make.event("refused", "Ada may not decide here", at=T + 90, actor="slack:U1")
REJECTED = make.proposal(state="rejected", decided_by="Ada (Slack)")


def bare(dossier: Dossier) -> Dossier:
    return replace(dossier, proposals=())


@pytest.mark.parametrize(
    ("dossier", "why"),
    [
        (make.dossier(), ()),
        (bare(make.dossier(make.incident(state="acting"))), ()),
        (bare(make.dossier(make.incident(due=frozenset({"offer"})))), ()),
        (bare(make.dossier(make.incident(make.signal(firing=False)))), ("nothing is abnormal any more",)),
        (bare(make.dossier(make.incident(suspects=()))), ("no service stands out as the cause",)),
        (
            bare(make.dossier()),
            ("no action fits what is wrong with payments, or the config names no target for it",),
        ),
        (
            bare(make.dossier(events=(REFUSED, GONE, CLICKED, GONE))),
            ("payments cannot be reached", "Not offered, restart payments: cooling down for 4 min"),
        ),
        (make.dossier(None, REJECTED), ("roll back payments to v1 was rejected by Ada (Slack)",)),
        (make.dossier(None, make.proposal(state="expired")), ("the last proposal has expired",)),
        (
            make.dossier(None, REJECTED, events=(REFUSED, make.event("proposed", at=T + 75))),
            ("roll back payments to v1 was rejected by Ada (Slack)",),
        ),
    ],
)
def test_why_nothing_is_offered(dossier: Dossier, why: tuple[str, ...]) -> None:
    assert unoffered(dossier) == why
