"""The page in a real browser: in by the link, to the incident, Approve, and the recovery, without reloading.

Also the switch that stops every action, approvals in advance, and what the page says when it got worse.
"""

from dataclasses import replace

import pytest

from bot.domain.halt import Stop
from bot.runtime.clock import SystemClock
from tests import builders as make
from tests import stories
from tests.real.chromium import Browser
from tests.real.house import House

pytestmark = pytest.mark.real
HOSTILE = "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>&lt;b&gt; \u202e${1} 'q'"


async def test_from_the_link_to_the_recovery(house: House, person: Browser) -> None:
    clock = SystemClock()
    incident = await stories.seed(house.store, clock.now())
    await person.open(house.server.address)
    await person.see("h1", "Please sign in")

    await person.open(house.link)
    await person.see("h1", "2 open incidents")
    await person.see("#live", "live")
    await person.holds("document.title === '(2) Steward'")
    await person.run("window.stayed = true")

    await person.click(f"[data-incident='{incident}']")
    await person.see("h1", "payments: errors")
    await person.see("[data-part='cause']", "The last deployment of payments is the probable cause")
    await person.see("[data-part='evidence']", "payments v2 was deployed 9 s before the onset")
    await person.see("[data-part='offers']", "Roll back payments to v1")
    await person.see("figure.chart figcaption", "payments errors")
    drawn = await person.run("return document.querySelectorAll('figure.chart .odd').length")
    assert drawn == 5

    await person.see("[data-action='approve']", "Approve: roll back payments to v1")
    await person.click("[data-action='approve'][data-proposal='p1']")
    await person.see(".head .state", "acting")
    await person.see("[data-part='deeds']", "approved by Owner (Web)")

    await stories.carry_out(house.store, incident, clock.now())
    house.bell.ring()
    await person.see(".head .state", "checking whether it helped")
    await stories.recover(house.store, incident, clock.now())
    house.bell.ring()
    await person.see(".head .state", "resolved")
    await person.see(".verdict", "Recovered after 6 s")
    measured = " ".join((await person.see(".measures", "payments errors")).split())
    assert "payments errors 41% → 0% 0%" in measured
    picture = await person.run("return document.querySelector('.picture svg').getAttribute('aria-label')")
    assert picture.startswith("payments errors: 41% before, 0% after, normally 0%. Roll back payments to v1 at ")
    await person.see(".picture .reading text")
    await person.holds("document.querySelectorAll('.picture .odd').length === 1")
    await person.holds("window.stayed && document.title === '(1) Steward'")
    assert await person.troubles() == []


async def test_a_link_serves_once(house: House, person: Browser) -> None:
    link = house.link
    await person.open(link)
    await person.see("h1", "All quiet")
    await person.open(link)
    await person.see("h1", "All quiet")
    await person.forget()
    await person.open(link)
    await person.see("h1", "This link is spent")


async def test_a_rejected_proposal_says_by_whom(house: House, person: Browser) -> None:
    incident = await stories.seed(house.store, SystemClock().now())
    await person.open(house.link)
    await person.click(f"[data-incident='{incident}']")
    await person.click("[data-action='reject']")
    await person.see(".decided", "rejected by Owner (Web)")
    await person.see(".timeline", "Rejected by Owner (Web)")


async def test_stop_has_a_second_thought_and_stays_seen_until_go(house: House, person: Browser) -> None:
    incident = await stories.seed(house.store, SystemClock().now())
    await person.open(house.link)
    await person.click(f"[data-incident='{incident}']")
    await person.click("[data-action='halt']")
    await person.see("dialog h2", "Stop all actions?")
    await person.click("[data-action='cancel']")
    await person.holds("!document.querySelector('dialog').open")
    await person.holds("document.querySelector('#halted').hidden")

    await person.click("[data-action='halt']")
    await person.run("document.querySelector('#why').value = '<b>the database moves</b>'")
    await person.click("[data-action='stop']")
    await person.see("#halted", "All actions are stopped by Owner (Web) since ")
    await person.see("#halted", "<b>the database moves</b>")
    await person.see(".offer .wait", "All actions are stopped")
    await person.holds("document.querySelector('[data-action=approve]').disabled")
    await person.holds("!document.querySelector('[data-action=reject]').disabled")
    await person.run("location.hash = '#/'")
    await person.see("#halted", "All actions are stopped")

    await person.click("[data-action='go']")
    await person.see("[data-action='halt']", "Stop all actions")
    await person.holds("document.querySelector('#halted').hidden")
    await person.run("location.hash = arguments[0]", f"#/incident/{incident}")
    await person.see("[data-action='approve']")
    await person.holds("!document.querySelector('[data-action=approve]').disabled")
    assert await person.troubles() == []


async def test_what_somebody_else_does_is_seen_without_a_press(house: House, person: Browser) -> None:
    await person.open(house.link)
    await person.see("h1", "All quiet")
    async with house.store.unit() as unit:
        await unit.ledger.turn(Stop(make.ADA.identity, make.ADA.words, SystemClock().now(), "a storm"))
        await unit.standings.give(make.standing(until=SystemClock().now() + 900))
    house.bell.ring()
    await person.see("#halted", "by Ada (Slack)")
    await person.see("[data-part='standings']", "Every rollback of payments until ")


async def test_one_click_approves_in_advance_and_another_revokes(house: House, person: Browser) -> None:
    incident = await stories.seed(house.store, SystemClock().now())
    await person.open(house.link)
    await person.click(f"[data-incident='{incident}']")
    offers = "return [...document.querySelectorAll('.offer')].map(one => one.dataset.proposal)"
    await person.see("[data-action='stand']", "Approve every rollback of payments until ")
    assert await person.run(offers) == ["p1", "p2"]
    await person.click("[data-action='stand']")
    await person.see(".head .state", "acting")
    await person.see("[data-part='given']", "Every rollback of payments until ")
    await person.see("[data-part='given']", "by Owner (Web) · used 1 time")
    await person.run("location.hash = '#/'")
    await person.click("[data-part='standings'] [data-action='revoke']")
    await person.holds("document.querySelector('[data-part=standings]').hidden")
    assert await person.troubles() == []


async def test_what_got_worse_is_said_loudly_and_its_undo_comes_first(house: House, person: Browser) -> None:
    incident = await stories.worsen(house.store, SystemClock().now())
    await person.open(house.link)
    await person.click(f"[data-incident='{incident}']")
    await person.see(".alarm[role='alert']", "It got worse after: scale search to 3 replicas")
    await person.see(".alarm a", "First: scale search to 1 replica")
    parts = "return [...document.querySelectorAll('.columns section:not([hidden])')].map(one => one.dataset.part)"
    assert (await person.run(parts))[:2] == ["offers", "deeds"]
    await person.see(".offer[data-undoes='x7'] h3", "undo")
    await person.see(".deed h3", "approved in advance")
    await person.see(".verdict[data-result='worse']", "It got worse after 60 s")
    await person.see(".timeline [data-tone='critical']", "It got worse 60 s after the action")
    await person.holds("/^It got worse /.test(document.querySelector('.picture .moment[data-kind=worse]').textContent)")
    await person.see("figcaption", "search disk in use, mountpoint /srv/index")
    await person.click(".offer[data-undoes='x7'] [data-action='approve']")
    await person.see(".deed h3", "Scale search to 1 replica")
    await person.holds("document.querySelector('.alarm').hidden")
    assert await person.troubles() == []


async def test_where_nothing_is_offered_it_says_why(house: House, person: Browser) -> None:
    await stories.seed(house.store, SystemClock().now())
    await person.open(house.link)
    await person.click("[data-incident='77b0']")
    await person.see("[data-part='offers']", "Mailer has no target in the config.")
    assert await person.see("[data-part='offers'] h2") == "Nothing to offer"
    assert await person.see(".quote") == "retrying delivery to queue outbound, attempt 2"


async def test_what_others_wrote_is_only_text(house: House, person: Browser) -> None:
    log = make.log_signal(HOSTILE, example=HOSTILE, title=HOSTILE)
    one = make.incident(
        log,
        title=HOSTILE,
        evidence=(make.evidence(text=HOSTILE),),
        diagnosis=make.diagnosis(summary=f"{HOSTILE} [E1]"),
    )
    offer = replace(make.proposal(), reason=HOSTILE, risk=HOSTILE, prior=HOSTILE, expires_at=SystemClock().now() + 900)
    whole = make.dossier(one, offer, events=(make.event("opened", HOSTILE),))
    await stories.write(house.store, whole, [make.chart(log, make.points([1.0, 2.0, 9.0]))])
    await person.open(house.link)
    await person.see(".incident h2", "<img src=x")
    await person.click(".incident")
    for place in ("h1", ".summary", ".evidence", ".timeline", ".offer", "figcaption", ".quote"):
        await person.see(place, "<img src=x")
    made = "return document.querySelectorAll('main img, main script, main [onerror]').length"
    assert await person.run(made) == 0
    await person.holds("document.title === '(1) Steward'")
    assert await person.troubles() == []


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
async def test_it_fits_the_screen(house: House, person: Browser, width: int) -> None:
    incident = await stories.seed(house.store, SystemClock().now())
    worse = await stories.worsen(house.store, SystemClock().now())
    await person.resize(width)
    await person.open(house.link)
    charts = "figure.chart svg"
    for route, seen in (("", ".incident"), (f"incident/{incident}", charts), (f"incident/{worse}", ".picture svg")):
        await person.run("location.hash = arguments[0]", f"#/{route}")
        await person.see(seen)
        assert await person.run("return document.documentElement.scrollWidth") <= width
    # The words of the table and of the switch stay whole: each word's own box has one line.
    whole = "return [...document.querySelectorAll('.measures td, .brand, .halt')].every(one => one.offsetHeight < 60)"
    assert await person.run(whole)


async def test_older_incidents_are_a_press_away(house: House, person: Browser) -> None:
    for place in range(60):
        at = make.T - 10_000 + place
        one = make.incident(id=f"i{place}", title=f"number {place}", state="resolved", opened_at=at, resolved_at=at + 9)
        await stories.write(house.store, replace(make.dossier(one, events=()), proposals=()), [])
    await person.open(house.link)
    await person.see(".row .name", "number 10")
    assert await person.run("return document.querySelectorAll('.row').length") == 50
    await person.click("[data-action='older']")
    await person.see(".row .name", "number 0")
    await person.holds("document.querySelectorAll('.row').length === 60")
    await person.holds("document.querySelector('[data-action=older]') === null")


async def test_a_lost_line_is_said_and_troubles_are_seen(house: House, person: Browser) -> None:
    house.board.report("source shop")
    house.board.report("source logs", "/var/log/shop cannot be read")
    house.board.report("source old", note="checkout.log has binary in it")
    await person.open(house.link)
    await person.see(".hero", "Watching old and shop.")
    await person.see("#trouble", "Source logs: /var/log/shop cannot be read")
    await person.see("#foot", "Source old: checkout.log has binary in it")
    await house.server.stop()
    await person.see("#live", "reconnecting")
    await person.see("#trouble", "Steward does not answer")
    await person.see("#trouble", "What you see is of ")
    await person.holds("getComputedStyle(document.querySelector('main')).opacity < 0.6")
