"""A real headless Chromium, driven from the test's loop without blocking it."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.real.need import program

PATIENCE = 15.0
VISIBLE = """
return [...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility()).map(one => one.innerText ?? "")
"""
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run --hide-scrollbars "
    "--disable-background-networking --disable-component-update --disable-sync --no-proxy-server --window-size=1280,900"
)


class Browser:
    """What a person does at a browser. Elements are named by CSS selectors."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver

    async def open(self, address: str) -> None:
        """Goes to an address."""
        await asyncio.to_thread(self._driver.get, address)

    async def see(self, selector: str, words: str = "") -> str:
        """Waits until some element shows the words; gives its text."""

        def shown(driver: webdriver.Chrome) -> str | None:
            texts = driver.execute_script(VISIBLE, selector)
            return next((text or " " for text in texts if words in text), None)

        return str(await self._wait(shown, f"{selector} with {words!r}"))

    async def click(self, selector: str) -> None:
        """Presses the first such element, as soon as it is there; if the page draws it anew just then, the new one."""
        await self.see(selector)

        def pressed(driver: webdriver.Chrome) -> bool:
            driver.find_element(By.CSS_SELECTOR, selector).click()
            return True

        await self._wait(pressed, selector)

    async def run(self, script: str, *values: Any) -> Any:
        """What a script in the page returns."""
        return await asyncio.to_thread(self._driver.execute_script, script, *values)

    async def holds(self, script: str) -> None:
        """Waits until an expression in the page is true."""
        await self._wait(lambda driver: driver.execute_script(f"return {script}"), script)

    async def forget(self) -> None:
        """Signs out by losing every cookie."""
        await asyncio.to_thread(self._driver.delete_all_cookies)

    async def resize(self, width: int, height: int = 900) -> None:
        """Another screen."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await asyncio.to_thread(self._driver.execute_cdp_cmd, "Emulation.setDeviceMetricsOverride", size)

    async def troubles(self) -> list[str]:
        """What the console complained of since the last call, but for answers that were errors."""
        entries = await asyncio.to_thread(self._driver.get_log, "browser")
        return [str(entry["message"]) for entry in entries if entry["source"] != "network"]

    async def _wait(self, shown: Callable[[webdriver.Chrome], object], what: str) -> object:
        waiting: Any = WebDriverWait(self._driver, PATIENCE, 0.05, [StaleElementReferenceException])
        return await asyncio.to_thread(waiting.until, shown, f"not seen in {PATIENCE:.0f} s: {what}")


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile."""
    options = Options()
    options.binary_location = program("chromium", "chromium")
    for flag in (*FLAGS.split(), f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, Service(program("chromedriver", "chromium-driver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)
