"""A store with something to show: a bad deployment that waits for a click, and some incidents before it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from actions.model import Action, Change
from bot.domain.charts import Chart
from bot.domain.dossier import Dossier
from bot.domain.proposals import Approval
from bot.domain.standing import Standing
from bot.ports.store import Store
from tests import builders as make
from tests.builders import T

Value = TypeVar("Value")
DISKS = {"sda1": "/var", "sdb1": "/srv/index"}
WORSENED = "9b1e77aa02c3"
CALM = 90
"""Points before the trouble, five seconds apart."""


def moved(value: Value, by: float) -> Value:
    """The value with every time in it (any number over a thousand million) moved by so many seconds."""
    found: Any = value
    if isinstance(value, float) and value > 1e9:
        found = value + by
    elif is_dataclass(value) and not isinstance(value, type):
        found = replace(value, **{field.name: moved(getattr(value, field.name), by) for field in fields(value)})
    elif isinstance(value, tuple):
        found = tuple(moved(one, by) for one in value)
    elif isinstance(value, Mapping):
        found = {key: moved(one, by) for key, one in value.items()}
    return found  # type: ignore[no-any-return]  # rebuilt as what it was


async def write(store: Store, dossier: Dossier, charts: list[Chart]) -> None:
    """Puts an incident with all that belongs to it into the store."""
    async with store.unit() as unit:
        await unit.incidents.save(dossier.incident, *dossier.events)
        await unit.telemetry.draw(dossier.incident.id, charts)
        for proposal in dossier.proposals:
            done = next((one for one in dossier.executions if one.proposal_id == proposal.id), None)
            await unit.ledger.offer(proposal if done is None else replace(proposal, state="pending"))
            if done is not None:
                await unit.ledger.claim(proposal, done)
                running = await unit.ledger.begin(done, 60.0)
                assert running is not None
                await unit.ledger.finish(running, done.state, done.error)
        for outcome in dossier.outcomes:
            await unit.ledger.judge(outcome)


async def seed(store: Store, now: float) -> str:
    """A store as it looks 75 s into a bad deployment; gives the incident's id."""
    await write(store, moved(leak(), now - T - 8_000), [])
    await write(store, moved(noise(), now - T - 600), [])
    dossier, charts = bad_deploy()
    await write(store, moved(dossier, now - T - 75), [moved(chart, now - T - 75) for chart in charts])
    return dossier.incident.id


def bad_deploy() -> tuple[Dossier, list[Chart]]:
    """Payments v2 fails, checkout and storefront with it; a roll-back waits for a click."""
    slow = {"title": "latency (95th percentile)", "unit": "seconds"}
    errors = make.signal()
    latency = make.signal(query="http_latency_p95", value=1.24, expected=0.021, peak=1.41, score=0.8, **slow)
    caller = make.signal("checkout", value=0.29, expected=0.002, peak=0.33, score=0.8, onset=T + 5)
    front = make.signal("storefront", value=0.11, expected=0.001, peak=0.13, score=0.7, onset=T + 10)
    log = make.log_signal(onset=T + 1)
    requests = make.signal("storefront", "http_request_rate", title="requests", unit="per_second", expected=24.0)
    evidence = (
        make.evidence("E1", at=T - 9, text="payments v2 was deployed 9 s before the onset"),
        make.evidence("E2", kind="signal", text="payments: errors 34%, normally 0%", at=T),
        make.evidence("E3", kind="log", text=f"payments logs a new kind of error: {log.example}", at=T + 1, weight=0.8),
        make.evidence("E4", kind="signal", service="checkout", text="checkout: errors 29%, normally 0.2%", at=T + 5),
    )
    words = (
        "The last deployment of payments is the probable cause. payments v2 was deployed 9 s before the onset [E1]. "
        "payments: errors 34%, normally 0% [E2]. payments logs a new kind of error [E3]."
    )
    incident = make.incident(
        errors,
        latency,
        log,
        caller,
        front,
        evidence=evidence,
        diagnosis=make.diagnosis(summary=words, citations=("E1", "E2", "E3")),
        suspects=(make.suspect(), make.suspect(service="checkout", cause="fault", score=0.3, confidence=0.14)),
        version=7,
    )
    events = (
        make.event("opened", "Opened: payments: errors 34%, normally 0%; nothing else is open", at=T + 4),
        make.event("attached", "Added: checkout: errors 29%, normally 0.2%; checkout calls payments", at=T + 9),
        make.event("attached", "Added: storefront: errors 11%, normally 0.1%; it calls checkout", at=T + 14),
        make.event("diagnosed", words, at=T + 22),
        make.event("proposed", "Proposed: roll back payments to v1", at=T + 52),
    )
    charts = [_course(one) for one in (errors, latency, caller, front)]
    steady = make.points(make.wave(CALM + 15, 24.0), T - CALM * 5, normal=24.0)
    offer = make.proposal(
        risk="medium",
        standing_until=T + 40_000,
        prior="helped 4 of 5 times; without action 1 of 6 recovered (few data)",
    )
    second = make.proposal(
        "p2", make.plan("restart"), place=1, reason="payments does not stay up; a restart gives it a clean start"
    )
    return make.dossier(incident, offer, second, events=events), [*charts, make.chart(requests, steady)]


def leak() -> Dossier:
    """A memory leak of an hour ago that a restart ended."""
    memory = make.signal("catalog", "process_memory", title="memory", unit="bytes", value=9.1e8, expected=1.8e8)
    offer = make.proposal("p0", make.plan("restart", "catalog"), incident_id="a81c", expires_at=T + 86_400)
    before_after = make.measure(
        service="catalog", title="memory", unit="bytes", before=9.1e8, after=1.9e8, normal=1.8e8
    )
    incident = make.incident(
        replace(memory, firing=False),
        id="a81c",
        severity="warning",
        state="resolved",
        resolved_at=T + 400,
        evidence=(),
        diagnosis=make.diagnosis(summary="catalog keeps using more memory and slows down with it.", citations=()),
    )
    return make.dossier(
        incident,
        make.approved(offer, T + 80),
        executions=(make.execution("x0", "p0", incident_id="a81c"),),
        outcomes=(
            make.outcome(before_after, execution_id="x0", incident_id="a81c", service="catalog", verb="restart"),
        ),
        events=(make.event(incident_id="a81c"), make.event("resolved", "Resolved", incident_id="a81c", at=T + 400)),
    )


def noise() -> Dossier:
    """A new kind of line in a log, for which nothing is offered."""
    log = make.log_signal("mailer", example="2027-01-15T07:59:58.499Z retrying delivery to queue outbound, attempt 2")
    incident = make.incident(log, id="77b0", severity="info", evidence=(), suspects=(), diagnosis=None)
    refused = make.event("refused", "Nothing to offer: mailer has no target in the config", incident_id="77b0")
    opened = make.event(incident_id="77b0", text="Opened")
    return replace(make.dossier(incident, events=(opened, refused)), proposals=())


async def worsen(store: Store, now: float) -> str:
    """An action approved in advance, 40 s ago, that made it worse: its undo comes first. Gives the incident's id."""
    dossier, charts, given = worse()
    by = now - T - 160
    async with store.unit() as unit:
        await unit.standings.give(moved(given, by))
    await write(store, moved(dossier, by), [moved(chart, by) for chart in charts])
    return dossier.incident.id


def worse() -> tuple[Dossier, list[Chart], Standing]:
    """Two disks of search fill up; a scaling, approved in advance, makes it slow as well."""
    names = [f'shop/disk{{device="{device}",mountpoint="{at}",service="search"}}' for device, at in DISKS.items()]
    disk = {"title": "disk in use", "unit": "ratio", "value": 0.93, "expected": 0.71, "peak": 0.94}
    full = [make.signal("search", "disk", key=f"{name}#level", series=name, **disk) for name in names]
    slow = make.signal(
        "search", "http_latency_p95", title="latency (95th percentile)", unit="seconds", value=1.9, expected=0.14,
        peak=2.2, score=0.95, onset=T + 62,
    )  # fmt: skip
    incident = make.incident(
        *full, slow, id=WORSENED, evidence=(),
        diagnosis=make.diagnosis(summary="search fills its disks.", citations=()),
        suspects=(make.suspect(service="search", cause="overload", evidence=()),), version=9,
    )  # fmt: skip
    given = Standing(
        "s1",
        "scale",
        make.plan("scale", "search").action.target,
        make.ADA.identity,
        make.ADA.words,
        T - 9_000.0,
        T + 9_000.0,
        used=2,
    )
    scale = make.plan("scale", "search", inverse=Action("scale", given.target, replicas=1))
    yes = Approval(given.identity, f"{given.words}, in advance", T + 50, given.id)
    done = replace(
        make.proposal("p7", scale, incident_id=WORSENED), state="approved", approvals=(yes,), decided_at=T + 50
    )
    back = make.plan("scale", "search", action=Action("scale", given.target, replicas=1))
    undo = make.proposal(
        "p8", replace(back, changes=(Change("replicas", "3", "1"),)), incident_id=WORSENED, undoes="x7",
        reason="scale search to 3 replicas made it worse: this undoes it",
    )  # fmt: skip
    measured = [
        make.measure(
            series=one.series,
            title=one.title,
            service="search",
            unit=one.unit,
            before=one.peak,
            after=one.value,
            normal=one.expected,
        )
        for one in full
    ]
    latency = make.measure(
        series=slow.series, title=slow.title, service="search", unit="seconds", before=0.16, after=1.9, normal=0.14
    )
    verdict = make.outcome(
        latency, *measured, execution_id="x7", incident_id=WORSENED, service="search", verb="scale", result="worse",
        reason="search latency (95th percentile) began only after the action", at=T + 115, took=60.0,
    )  # fmt: skip
    execution = make.execution(
        "x7", "p7", incident_id=WORSENED, created_at=T + 50, started_at=T + 51, finished_at=T + 55
    )
    events = (
        make.event("opened", "Opened: search: disk in use 93%, normally 71%", incident_id=WORSENED, at=T + 10),
        make.event("proposed", "Proposal: scale search to 3 replicas", incident_id=WORSENED, at=T + 40),
        make.event("approved", "Approved by Ada (Slack), in advance", incident_id=WORSENED, at=T + 50),
        make.event("executed", "Done: scale search to 3 replicas", incident_id=WORSENED, at=T + 55),
        make.event(
            "verified", f"It got worse 60 s after the action: {verdict.reason}", incident_id=WORSENED, at=T + 115
        ),
        make.event(
            "proposed", f"Proposal: scale search to 1 replicas. {undo.reason}", incident_id=WORSENED, at=T + 120
        ),
    )
    late = [*make.wave(CALM + 12, 0.14, 0.1), 0.4, 0.9, *make.wave(14, 1.9, 0.1)]
    charts = [_course(full[0]), _course(full[1]), make.chart(slow, make.points(late, T - CALM * 5, normal=0.14))]
    whole = make.dossier(incident, undo, done, executions=(execution,), outcomes=(verdict,), events=events)
    return whole, charts, given


async def carry_out(store: Store, incident_id: str, now: float) -> None:
    """What the bot does after an approval: it runs the action and looks again."""
    async with store.unit() as unit:
        for execution in await unit.ledger.queued():
            running = await unit.ledger.begin(execution, 60.0)
            assert running is not None
            await unit.ledger.finish(running, "done")
        incident = await unit.incidents.get(incident_id)
        assert incident is not None
        done = make.event("executed", "Done: roll back payments to v1", incident_id=incident_id, at=now)
        await unit.incidents.save(incident.move("verifying", now), done)


async def recover(store: Store, incident_id: str, now: float) -> None:
    """The verdict: it helped."""
    async with store.unit() as unit:
        execution = next(iter(await unit.ledger.unverified()))
        latency = make.measure(
            title="latency (95th percentile)", unit="seconds", before=1.41, after=0.022, normal=0.021
        )
        verdict = make.outcome(make.measure(), latency, execution_id=execution.id, at=now, took=6.0)
        await unit.ledger.judge(verdict)
        incident = await unit.incidents.get(incident_id)
        assert incident is not None
        calm = {key: replace(one, firing=False) for key, one in incident.signals.items()}
        said = make.event("verified", "Recovered 6 s after the action", incident_id=incident_id, at=now)
        await unit.incidents.save(replace(incident, signals=calm).move("resolved", now), said)
        await unit.telemetry.draw(incident_id, [_calmed(one, now) for one in await unit.telemetry.charts(incident_id)])


def _calmed(one: Chart, now: float) -> Chart:
    """What the chart goes on with: a few points on the way to now, the last of them normal."""
    assert one.last is not None
    assert one.last.value is not None
    bad, normal = one.last.value, one.last.expected or 0.0
    values = [bad, bad, (bad + normal) / 2, normal, normal]
    return replace(one, points=tuple(make.points(values, now - 4.0, 1.0, normal)))


def _course(one: Any) -> Chart:
    normal = one.expected
    rise = [normal + (one.value - normal) * share for share in (0.3, 0.7, 0.95)]
    bad = make.wave(12, one.value, 0.12)
    return make.chart(one, make.points([*make.wave(CALM, normal, 0.1), *rise, *bad], T - CALM * 5, normal=normal))
