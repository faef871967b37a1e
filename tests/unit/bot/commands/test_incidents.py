from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.store import SqlStore
from tests import builders as make
from tests import stories
from tests.unit.bot.commands.conftest import write
from tests.unit.bot.conftest import Steward, one_line

HOSTILE = "\x1b]0;owned\x07payments\r\n| # `a` <b>\u202e *x*"


@pytest.fixture
def seeded(own_store: SqlStore) -> None:
    """A bad deployment that waits for a click at T + 75 s, and two incidents before it."""
    write(own_store, stories.moved(stories.leak(), -8_000), stories.moved(stories.noise(), -600))
    write(own_store, stories.bad_deploy()[0])


def test_the_list_is_newest_first_in_the_zone_of_the_config(steward: Steward, seeded: None) -> None:
    ran = steward("incidents")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "3f2a9c01d4e7  2027-01-15 09:00:30 CET  open       payments: errors",
        "77b0  2027-01-15 08:50:30 CET  open       mailer: new kind of error in the log",
        "a81c  2027-01-15 06:47:10 CET  resolved   catalog: memory",
    ]
    assert steward("incidents", "list", "--limit", 1).out.splitlines() == ran.out.splitlines()[:1]


@pytest.mark.parametrize("asked", ["3f2a9c01d4e7", "3f"])
def test_one_incident_by_the_beginning_of_its_id(steward: Steward, seeded: None, asked: str) -> None:
    ran = steward("incidents", "show", asked)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("payments: errors · open\n\nWhat is going on\n  payments: errors 34%, normally 0%\n")
    for words in (
        "  since 09:00:00, affected: payments, checkout and storefront\n",
        "Proposal: roll back payments to v1\n",
        "  revision: v2 → v1\n",
        "incident 3f2a9c01d4e7 · critical · words by rules\n",
    ):
        assert words in ran.out


def test_the_report_of_what_is_over(steward: Steward, seeded: None) -> None:
    ran = steward("incidents", "export", "a8")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("# catalog: memory\n\n| | |\n|---|---|\n| Incident | a81c |\n| Severity | warning |\n")
    for words in (
        "| Ended | 2027-01-15 06:53:20 CET (7 min) |\n",
        "catalog keeps using more memory and slows down with it. (words by rules)\n",
        "* restart catalog, approved by Ada (Slack): done\n* Recovered after 60 s: ",
        "* catalog memory: 910 MB before, 190 MB after\n",
        " Resolved (steward)\n",
    ):
        assert words in ran.out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("show",), "incidents show needs an id: `steward incidents` lists them"),
        (("export",), "incidents export needs an id: `steward incidents` lists them"),
        (("shwo",), "argument what: invalid choice: 'shwo' (choose from "),
        (("list", "--limit", "0"), "argument --limit: '0' is not a number from 1 to 1000; see "),
        (("list", "--limit", "x"), "argument --limit: 'x' is not a number from 1 to 1000; see "),
        (("list", "--limit", "1001"), "argument --limit: '1001' is not a number from 1 to 1000; see "),
    ],
)
def test_bad_use_is_one_line(steward: Steward, own_store: SqlStore, words: tuple[str, ...], line: str) -> None:
    ran = steward("incidents", *words)
    assert (ran.status, ran.out) == (2, "")
    assert one_line(ran.err, "steward incidents").startswith(line)


@pytest.mark.parametrize("asked", ["zzz", "%", "_", "\x1b[2J", "\udcff", "'"])
@pytest.mark.parametrize("what", ["show", "export"])
def test_an_incident_that_is_not_there_is_a_failure(steward: Steward, seeded: None, what: str, asked: str) -> None:
    ran = steward("incidents", what, asked)
    assert (ran.status, ran.out) == (1, "")
    assert one_line(ran.err, "steward incidents") == (
        f"no single incident begins with {asked!r}: `steward incidents` lists them"
    )


def test_a_beginning_that_two_share_names_neither(steward: Steward, own_store: SqlStore) -> None:
    bare = [replace(make.dossier(make.incident(id=f"ab{last}")), proposals=(), events=()) for last in "12"]
    write(own_store, *bare)
    assert steward("incidents", "show", "ab").status == 1
    assert steward("incidents", "show", "ab1").status == 0


def test_hostile_titles_are_inert(steward: Steward, own_store: SqlStore) -> None:
    said = make.event(text=HOSTILE, actor=HOSTILE)
    log = make.log_signal(HOSTILE, example=HOSTILE)
    incident = make.incident(log, title=HOSTILE, diagnosis=make.diagnosis(summary=HOSTILE), evidence=())
    write(own_store, make.dossier(incident, events=(said,)))
    for words in (("list",), ("show", "3f"), ("export", "3f")):
        out = steward("incidents", *words).out
        assert all(line.isprintable() for line in out.splitlines())
        assert "payments" in out
    report = steward("incidents", "export", "3f").out
    assert report.startswith("#  \\]0;owned payments \\| \\# \\`a\\` \\<b\\>  \\*x\\*\n")
    assert not [line for line in report.splitlines() if line.startswith("| # ")]


def test_nothing_is_said_of_an_empty_store(steward: Steward, own_store: SqlStore) -> None:
    assert steward("incidents").out == "no incident so far\n"


def test_a_store_that_is_not_there_yet_is_a_failure(steward: Steward, folder: Path) -> None:
    ran = steward("incidents")
    assert (ran.status, ran.out) == (1, "")
    assert "has no tables yet" in one_line(ran.err, "steward incidents")
