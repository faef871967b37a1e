"""Pictures are drawn beside the event loop."""

import asyncio
import threading
from zoneinfo import ZoneInfo

from bot.chat.artist import Artist
from bot.domain.picture import Picture, picture
from tests import builders as make


def story() -> Picture:
    found = picture(make.dossier(), [make.chart()], ZoneInfo("Europe/Berlin"))
    assert found is not None
    return found


async def test_pictures_are_drawn_in_a_thread_and_the_same_one_is_the_same() -> None:
    artist = Artist()
    try:
        one, other = await asyncio.gather(artist.draw(story()), artist.draw(story()))
        assert one == other
        assert one.startswith(b"\x89PNG")
        assert sum(thread.name.startswith("artist") for thread in threading.enumerate()) == 1
    finally:
        artist.close()
