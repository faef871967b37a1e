"""The files of the page, and the way in through the link."""

import re
from pathlib import Path

import httpx
import pytest

from bot.web.door import COOKIE
from bot.web.pages import STATIC
from tests.fakes.web import Page

FILES = sorted(STATIC.iterdir())
SPOKEN = re.compile(r"https?:|url\(|@import|//[a-z0-9-]+\.[a-z]", re.IGNORECASE)
NAMESPACE = "http://www.w3.org/2000/svg"
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
RAW = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(.style")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_speaks_to_no_other_host_and_has_nothing_inline(file: Path) -> None:
    text = file.read_text().replace(NAMESPACE, "")
    assert not SPOKEN.search(text)
    assert not RAW.search(text)
    if file.suffix == ".html":
        assert not INLINE.search(text)
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".js"], ids=lambda file: file.name)
def test_what_a_script_imports_is_there(file: Path) -> None:
    for wanted in re.findall(r'from "\./([^"]+)"', file.read_text()):
        assert (STATIC / wanted).exists()


async def test_the_page_and_its_files_are_for_everybody(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path in re.findall(r'(?:src|href)="(static/[^"]+)"', page.text):
        answer = await visitor.get(f"/{path}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["etag"]


@pytest.mark.parametrize("path", ["/static/../api.py", "/static/%2e%2e/door.py", "/static/none.js", "/static/"])
async def test_no_other_file_is_given(visitor: httpx.AsyncClient, path: str) -> None:
    assert (await visitor.get(path)).status_code in {404, 405}


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "TelegramBot (like TwitterBot)"},
        {"Sec-Purpose": "prefetch;prerender"},
    ],
)
async def test_looking_ahead_at_the_link_spends_nothing(
    page: Page, visitor: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    visitor.headers.update(headers)
    token = page.door.mint()
    seen = await visitor.get(f"/enter/{token}")
    assert seen.status_code == 200
    assert token not in seen.text
    assert COOKIE not in seen.cookies
    assert (await visitor.get("/enter/wrong")).text == seen.text
    assert page.door.holds(token)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_following_the_link_signs_in_once(page: Page, visitor: httpx.AsyncClient, method: str) -> None:
    token = page.door.mint()
    answer = await visitor.request(method, f"/enter/{token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "../")
    cookie = answer.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/", "max-age=43200"):
        assert part in cookie
    assert "secure" not in cookie
    assert (await visitor.get("/api/status")).status_code == 200
    visitor.cookies.clear()
    again = await visitor.request(method, f"/enter/{token}")
    assert again.status_code == 403
    assert "spent" in again.text


async def test_over_https_the_cookie_stays_on_https(page: Page, visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post(f"https://steward.example/enter/{page.door.mint()}")
    assert "; secure" in answer.headers["set-cookie"].lower()


async def test_whoever_is_in_already_goes_straight_on(page: Page, owner: httpx.AsyncClient) -> None:
    token = page.door.mint()
    assert (await owner.get(f"/enter/{token}")).status_code == 303
    assert page.door.holds(token)
