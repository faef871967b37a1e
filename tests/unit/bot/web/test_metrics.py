"""Steward's own metrics."""

from prometheus_client.parser import text_string_to_metric_families

from bot.store.store import SqlStore
from bot.web.metrics import exposition
from tests import builders as make
from tests import stories
from tests.fakes.clock import FakeClock


async def test_what_is_counted(store: SqlStore, clock: FakeClock) -> None:
    await stories.write(store, make.dossier(), [])
    await stories.write(store, stories.leak(), [])
    clock.advance(60)
    text = (await exposition(store, {"store": "", "source shop": "down"}, "0.1.0")).decode()
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["steward_incidents", "open"] == 1
    assert found["steward_incidents", "resolved"] == 1
    assert found["steward_incidents", "acting"] == 0
    assert found["steward_executions", "done"] == 1
    assert found["steward_proposals_pending",] == 1
    assert found["steward_part_up", "store"] == 1
    assert found["steward_part_up", "source shop"] == 0
    assert found["steward_info", "0.1.0"] == 1
    assert found["process_resident_memory_bytes",] > 0


async def test_what_is_older_than_a_day_is_left_out(store: SqlStore, clock: FakeClock) -> None:
    await stories.write(store, stories.leak(), [])
    clock.advance(2 * 86_400)
    text = (await exposition(store, {}, "0.1.0")).decode()
    assert 'steward_incidents{state="resolved"} 0.0' in text
    assert 'steward_executions{state="done"} 0.0' in text
