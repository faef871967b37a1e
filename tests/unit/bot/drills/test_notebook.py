from pathlib import Path

from bot.domain.card import Card
from bot.drills.notebook import Notebook, said


async def test_what_is_posted_is_in_the_file(tmp_path: Path) -> None:
    book = Notebook(tmp_path / "said")
    assert said(tmp_path / "said") == {}
    ref = await book.post(Card("info", "payments"))
    await book.edit(ref, Card("info", "payments, again"))
    await book.reply(ref, Card("info", "Approved by Ada"))
    await book.reply(ref, Card("info", "Done"))
    assert said(tmp_path / "said") == {"post": 1, "reply": 2}
