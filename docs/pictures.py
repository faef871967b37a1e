"""Remakes docs/pictures/*.png: every kind of message, from the real payloads, photographed in headless Chromium.

Run by `make pictures`; needs Debian's chromium and chromium-driver. The words around them are in docs/messages.md.
"""

import asyncio
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from selenium import webdriver

from bot.store import migrate
from bot.store.store import SqlStore
from docs.picture import browser
from tests.gallery import NOW, Piece, gallery
from tests.message_views import page

FOLDER = Path(__file__).resolve().parent / "pictures"
COLOURS = 64
"""Of a picture's palette: few enough to keep it small, enough for smooth letters."""


async def pieces(folder: Path) -> dict[str, Piece]:
    """The messages, on a store that is gone afterwards."""
    url = f"sqlite:///{folder / 'gallery.db'}"
    await migrate.upgrade(url)
    store = SqlStore(url, lambda: NOW)
    try:
        return {**await gallery(store)}
    finally:
        await store.close()


def take(driver: webdriver.Chrome, folder: Path, name: str, piece: Piece) -> None:
    """Shows one message, at its own height, and keeps its picture with a small palette."""
    shown = folder / f"{name}.html"
    shown.write_text(page(piece.told))
    driver.get(shown.as_uri())
    height = driver.execute_script("return document.querySelector('main').getBoundingClientRect().height")
    size = {"width": 1180, "height": round(height), "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    taken = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    file = FOLDER / f"{name}.png"
    taken.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)
    sys.stdout.write(f"wrote docs/pictures/{file.name}, {file.stat().st_size // 1000} kB\n")


def main() -> None:
    """Takes them all."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="steward-pictures-") as name:
        folder = Path(name)
        found = asyncio.run(pieces(folder))
        driver = browser(str(folder / "profile"))
        try:
            for each, piece in found.items():
                take(driver, folder, each, piece)
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
