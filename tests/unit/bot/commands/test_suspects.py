import json
from pathlib import Path

import pytest

from bot.commands.case_files import read
from bot.commands.suspects import ranked
from tests.shops import shop, write
from tests.unit.bot.conftest import Steward, one_line


def test_the_culprit_leads_and_the_answer_is_as_promised(steward: Steward, tmp_path: Path) -> None:
    case = shop(0)
    write(case, tmp_path / "case")
    ran = steward("suspects", "case", "--top", "3")
    answer = json.loads(ran.out)
    assert (ran.status, ran.err, len(answer)) == (0, "", 3)
    assert (answer[0]["service"], answer[0]["metric"]) == (case.culprit, case.metric)
    for one in answer:
        assert list(one) == ["service", "metric", "score", "evidence"]
        assert 0.0 <= one["score"] <= 1.0
        assert all(isinstance(text, str) and len(text) < 250 for text in one["evidence"])
    assert [one["score"] for one in answer] == sorted((one["score"] for one in answer), reverse=True)
    assert len({one["service"] for one in answer}) == 3


def test_the_same_case_gives_the_same_answer(steward: Steward, tmp_path: Path) -> None:
    write(shop(5), tmp_path / "case")
    assert steward("suspects", "case").out == steward("suspects", "case").out


@pytest.mark.parametrize(("every", "before", "after"), [(1.0, 300, 120), (15.0, 60, 20), (300.0, 60, 5)])
@pytest.mark.parametrize(("told", "first"), [(True, 11), (False, 8)])
def test_most_culprits_lead_at_any_pace(
    tmp_path: Path, every: float, before: int, after: int, told: bool, first: int
) -> None:
    right = 0
    for seed in range(12):
        case = shop(seed, every, before, after)
        found = ranked(read(write(case, tmp_path / str(seed), before, told=told)))
        right += found[0].service == case.culprit
        assert case.culprit in [one.service for one in found[:4]]
    assert right >= first


def test_a_crash_and_a_deployment_weigh_in(steward: Steward, tmp_path: Path) -> None:
    case = shop(2)
    folder = write(case, tmp_path / "case", told=False)
    other = next(name.partition("/")[0] for name in case.names if not name.startswith(case.culprit))
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off restarting"}}
    status = {"containerStatuses": [{"name": "app", "ready": False, "state": waiting}]}
    pod = {"kind": "Pod", "metadata": {"name": f"{other}-7f-abc"}, "status": status}
    (folder / "state.json").write_text(json.dumps({"kind": "List", "items": [pod]}))
    (folder / "events.csv").write_text(f"timestamp,service,kind,detail\n1749999900,{other},deploy,v2\n")
    first = json.loads(steward("suspects", "case").out)[0]
    assert first["service"] == other
    assert "CrashLoopBackOff" in first["evidence"][0]
    assert first["evidence"][1] == "deploy 100 s before the start: v2"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("nowhere",), 2, "there is no nowhere/metrics.csv"),
        (("case", "--top", "0"), 2, "ask for one suspect or more"),
        (("case", "--top", "x"), 2, "invalid int value"),
        ((), 2, "required: CASE_DIR"),
    ],
)
def test_bad_use_is_one_line(steward: Steward, tmp_path: Path, words: tuple[str, ...], status: int, said: str) -> None:
    write(shop(1), tmp_path / "case")
    ran = steward("suspects", *words)
    assert (ran.status, ran.out) == (status, "")
    assert said in one_line(ran.err, "steward suspects")


def test_a_broken_file_is_one_line(steward: Steward, tmp_path: Path) -> None:
    folder = write(shop(1), tmp_path / "case")
    (folder / "logs.csv").write_text("timestamp,service,line\nyesterday,web,hello\n")
    ran = steward("suspects", "case")
    assert (ran.status, ran.out) == (1, "")
    assert "logs.csv line 2: 'yesterday' is no time" in one_line(ran.err, "steward suspects")


def test_text_from_logs_cannot_reach_the_terminal(steward: Steward, tmp_path: Path) -> None:
    folder = write(shop(1), tmp_path / "case")
    rows = [f"{1_750_000_000 + at},s01,\x1b[2J ERROR \x07 boom" for at in range(30)]
    (folder / "logs.csv").write_text("\n".join(["timestamp,service,line", *rows, ""]))
    ran = steward("suspects", "case", "--top", "12")
    assert ran.status == 0
    assert "boom" in ran.out
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out
