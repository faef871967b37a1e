"""Every card that Steward makes of a dossier, and cards such as nobody makes yet."""

from datetime import UTC
from typing import get_args
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.domain import lists
from bot.domain.card import Button, Card, Section, Tone, Verb
from bot.domain.render import Renderer
from tests.strategies.dossiers import dossiers, events, silences, standings, votes
from tests.strategies.words import texts

PAGES = ("", "https://steward.example", "http://127.0.0.1:8484")
renderers = st.builds(Renderer, st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")]), st.sampled_from(PAGES))

rendered = st.one_of(
    st.builds(Renderer.incident, renderers, dossiers(), st.lists(silences, max_size=2)),
    st.builds(Renderer.incident, renderers, dossiers(most=1)),
    st.builds(Renderer.event, renderers, events),
    st.builds(lists.standings, st.lists(standings, max_size=12), st.just(UTC)),
    st.builds(lists.silences, st.lists(silences, max_size=12), st.just(UTC)),
    st.builds(lists.tuned, st.lists(votes, max_size=12), st.just({})),
)
"""What `bot/domain/render.py` and `lists.py` make."""

_lines = st.lists(texts, max_size=5).map(tuple)
_buttons = st.builds(
    Button, st.sampled_from(get_args(Verb)), texts, st.integers(0, 60).map(lambda n: f"{n:012x}"), st.just("d" * 32)
)
invented = st.builds(
    Card,
    tone=st.sampled_from(get_args(Tone)),
    title=texts,
    sections=st.lists(st.builds(Section, texts, _lines, st.booleans()), max_size=120).map(tuple),
    buttons=st.lists(_buttons, max_size=150).map(tuple),
    footer=texts,
    link=st.sampled_from(["", "https://steward.example/#/incident/1?a=1&b=2"]) | texts,
)
"""Any card at all: more sections and buttons than either platform has room for."""
