"""What tells series of the same title from each other: a mount point, a device, an instance. Pure."""

import re
from collections.abc import Iterable, Mapping

_LABEL = re.compile(r'([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"')
TELLING = ("mountpoint", "device", "node", "pod", "container", "instance")
"""The labels that tell people most, in this order; then any other, by name."""


def labels(key: str) -> dict[str, str]:
    """The labels in a series' key, as `samples.series_key` writes them; none when it has another form."""
    return {name: re.sub(r"\\(.)", _unescaped, value) for name, value in _LABEL.findall(key)}


def telling(kinds: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """For each series the few labels that tell it from its like, `mountpoint /var` say; empty where it is alone.

    Args:
        kinds: by series, its service and its title.
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for series, kind in kinds.items():
        alike.setdefault(kind, []).append(series)
    return {series: words for group in alike.values() for series, words in _apart(group).items()}


def _apart(group: list[str]) -> dict[str, str]:
    known = {series: labels(series) for series in group}
    names: list[str] = []
    words = dict.fromkeys(group, "")
    for name in _candidates(known.values()):
        if len(set(words.values())) == len(group):
            break
        tried = {series: _said(known[series], [*names, name]) for series in group}
        if len(set(tried.values())) > len(set(words.values())):
            names, words = [*names, name], tried
    return words


def _candidates(all_: Iterable[Mapping[str, str]]) -> list[str]:
    names = {name for one in all_ for name in one}
    return sorted(names, key=lambda name: (TELLING.index(name) if name in TELLING else len(TELLING), name))


def _said(found: Mapping[str, str], names: Iterable[str]) -> str:
    return ", ".join(f"{name} {found[name]}" for name in names if found.get(name))


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]
