"""The page in a real browser: who looks after an incident, silences, verdicts, questions and the reason for a no."""

import pytest

from bot.runtime.clock import SystemClock
from tests import stories
from tests.real.chromium import Browser
from tests.real.house import House

pytestmark = pytest.mark.real


async def test_a_no_gets_its_reason(house: House, person: Browser) -> None:
    incident = await stories.seed(house.store, SystemClock().now())
    await person.open(house.link)
    await person.click(f"[data-incident='{incident}']")
    await person.click("[data-action='reject']")
    await person.click(".why summary")
    await person.run("document.querySelector('.why input').value = '<i>v1 is worse</i>'")
    await person.click("[data-action='explain']")
    await person.see(".timeline", "Owner (Web) on roll back payments to v1: <i>v1 is worse</i>")
    assert await person.troubles() == []


async def test_care_for_an_incident_is_a_click_and_is_seen_at_once(house: House, person: Browser) -> None:
    incident = await stories.seed(house.store, SystemClock().now())
    await person.open(house.link)
    await person.click(f"[data-incident='{incident}']")
    await person.click("[data-action='ack']")
    await person.see(".care .held", "Owner (Web) looks after it since ")
    await person.holds("document.activeElement.dataset.part === 'care'")
    await person.click("[data-action='mute']")
    await person.see("dialog[open] h2", "Silence payments, checkout and storefront?")
    await person.run("document.querySelector('#muted').value = '<b>we move</b>'")
    await person.click("[data-action='silence']")
    await person.holds("!document.querySelector('dialog[open]')")
    await person.see(".care .muted", "by Owner (Web): <b>we move</b>")
    await person.click("[data-action='helpful']")
    await person.see(".judge", "1 said helpful.")
    await person.run("document.querySelector('#question').value = 'which version?'")
    await person.click("[data-action='ask']")
    await person.see(".reply", "payments v2 was deployed 9 s before the onset")
    await person.run("location.hash = '#/'")
    await person.see(".incident .held", "Owner (Web) looks after it")
    await person.see(".incident .muted", "silenced until ")
    await person.click("[data-part='told'] [data-action='retune']")
    await person.click("[data-part='told'] [data-action='unsilence']")
    await person.holds("!document.querySelector('.incident .muted')")
    await person.run("location.hash = arguments[0]", f"#/incident/{incident}")
    await person.click("[data-action='harmless']")
    await person.see(".head .state", "resolved")
    assert await person.troubles() == []
