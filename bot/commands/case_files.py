"""A case as it lies in a folder: metrics, what happened when, and what else was kept of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from bot.commands.case_table import Metrics, find, metrics, records
from bot.commands.series_csv import time_of
from bot.domain.errors import StewardError, UsageError
from bot.domain.topology import Topology
from detectors.hops import Line

KEYS = ("start", "symptom", "depends_on")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to a service. at: epoch seconds."""

    at: float
    service: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case. start: epoch seconds; symptom: the (service, metric) that people noticed, None where it is not known.

    objects: workload objects as Kubernetes tells them, by what they were called in the file.
    """

    metrics: Metrics
    start: float
    symptom: tuple[str, str] | None
    topology: Topology
    lines: tuple[Line, ...] = ()
    events: tuple[Event, ...] = ()
    state: object = None
    folder: Path = Path()


def read(folder: Path) -> Case:
    """Reads all files of a case.

    Raises:
        UsageError: there is no such folder, or it has no case.
        StewardError: a file is not what it should be; the message names it, and the line where there is one.
    """
    table = find(folder, "metrics.csv")
    if table is None:
        raise UsageError(f"there is no {folder / 'metrics.csv'} (or .csv.gz): name a folder that holds a case")
    head = _head(folder / "case.yaml")
    found = metrics(table)
    return Case(
        metrics=found,
        start=_start(folder / "case.yaml", head, found),
        symptom=_symptom(folder / "case.yaml", head, found),
        topology=_topology(folder / "case.yaml", head),
        lines=_lines(folder),
        events=_events(folder),
        state=_state(folder / "state.json"),
        folder=folder,
    )


def _head(path: Path) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"there is no {path}: write one with the line `start: ISO time`") from None
    except OSError as error:
        raise StewardError(f"{path} cannot be read: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise StewardError(f"{path} line {line}: this is no YAML ({error.problem})") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise StewardError(f"{path}: this is no YAML in UTF-8") from None
    if not isinstance(found, dict):
        raise StewardError(f"{path}: write keys and values, the first of them `start: ISO time`")
    if unknown := next((key for key in found if key not in KEYS), None):
        known = get_close_matches(str(unknown), KEYS, 1) or KEYS
        raise StewardError(f"{path}: there is no key {str(unknown)[:40]!r}: write {' or '.join(known)}")
    return found


def _start(path: Path, head: Mapping[str, Any], found: Metrics) -> float:
    given = head.get("start")
    text = given.isoformat() if isinstance(given, datetime | date) else str(given)
    try:
        at = time_of(path, 1, text)
    except StewardError:
        raise StewardError(
            f"{path}: start must be an ISO time such as 2026-05-01T12:00:00Z, not {text[:40]!r}"
        ) from None
    if not found.times[0] < at <= found.times[-1]:
        raise StewardError(f"{path}: start {text[:40]} lies outside the metrics: rows before and after it are needed")
    return at


def _symptom(path: Path, head: Mapping[str, Any], found: Metrics) -> tuple[str, str] | None:
    given = head.get("symptom")
    if given is None:
        return None
    service, _, metric = str(given).partition("/")
    if (service, metric) not in found.names:
        near = get_close_matches(str(given), ["/".join(name) for name in found.names], 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise StewardError(f"{path}: the symptom {str(given)[:80]!r} is no column of the metrics{hint}")
    return service, metric


def _topology(path: Path, head: Mapping[str, Any]) -> Topology:
    given = head.get("depends_on") or {}
    wrong = f"{path}: depends_on must map each caller to a list of callees"
    if not isinstance(given, dict):
        raise StewardError(wrong)
    if any(
        not isinstance(callees, list) or any(isinstance(one, list | dict) for one in callees)
        for callees in given.values()
    ):
        raise StewardError(wrong)
    return Topology({str(caller): tuple(map(str, callees)) for caller, callees in given.items()})


def _lines(folder: Path) -> tuple[Line, ...]:
    path = find(folder, "logs.csv")
    if path is None:
        return ()
    return tuple(Line(at, service, text) for _, at, (service, text) in records(path, ("timestamp", "service", "line")))


def _events(folder: Path) -> tuple[Event, ...]:
    path = find(folder, "events.csv")
    if path is None:
        return ()
    rows = records(path, ("timestamp", "service", "kind", "detail"))
    return tuple(Event(at, service, kind, detail) for _, at, (service, kind, detail) in rows)


def _state(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StewardError(f"{path} cannot be read: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise StewardError(f"{path} line {error.lineno}: this is no JSON ({error.msg})") from None
    except (ValueError, RecursionError):
        raise StewardError(f"{path}: this is no JSON in UTF-8") from None
