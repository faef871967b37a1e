"""Remakes docs/incident.png: runs the demo, waits for the offer, and takes the page's picture in headless Chromium.

Run by `make picture`; needs Debian's chromium and chromium-driver.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

HOME = Path(__file__).resolve().parent.parent
PICTURE = HOME / "docs" / "incident.png"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
)  # fmt: skip
SIZE = (1200, 1580)
PATIENCE = 120


def browser(profile: str) -> webdriver.Chrome:
    """Debian's Chromium with an empty profile, at one and a half times the pixels."""
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={profile}", "--force-device-scale-factor=1.5"):
        options.add_argument(flag)
    options.binary_location = "/usr/bin/chromium"
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    driver.set_window_size(*SIZE)
    return driver


def main() -> None:
    """Runs the demo until its page shows a proposal, then takes the picture."""
    words = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    with (
        tempfile.TemporaryDirectory(prefix="steward-picture-") as folder,
        subprocess.Popen(words, cwd=HOME, stdout=subprocess.PIPE, text=True) as demo,
    ):
        try:
            assert demo.stdout is not None
            link = next(found[0] for line in demo.stdout if (found := re.search(r"http://\S+/enter/\S+", line)))
            driver = browser(folder)
            try:
                take(driver, link)
            finally:
                driver.quit()
        finally:
            demo.terminate()


def take(driver: webdriver.Chrome, link: str) -> None:
    """Signs in, opens the incident when its proposal is there, and saves the picture."""
    driver.get(link)
    wait = WebDriverWait(driver, PATIENCE, poll_frequency=0.5)
    wait.until(lambda page: page.find_elements(By.CSS_SELECTOR, 'a[href*="#/incident/"]'))[0].click()
    wait.until(lambda page: page.find_elements(By.CSS_SELECTOR, '[data-action="approve"]'))
    wait.until(lambda page: page.find_elements(By.CSS_SELECTOR, "svg path"))
    driver.save_screenshot(str(PICTURE))
    sys.stdout.write(f"wrote {PICTURE.relative_to(HOME)}\n")


if __name__ == "__main__":
    main()
