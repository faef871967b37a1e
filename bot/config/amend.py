"""The config file with other factors under `tuning`: every other character of it stays as it is."""

import json
from collections.abc import Mapping
from contextlib import suppress

import yaml

from bot.config.document import parse
from bot.config.load import check
from bot.domain.errors import ConfigError

Edit = tuple[int, int, str]
"""What stands from one index of the text to another, and what stands there instead."""


def tuned(text: str, name: str, factors: Mapping[str, float], environment: Mapping[str, str]) -> str:
    """The text of a config file with these factors, which loads as before but for them.

    Args:
        text: of the file, which loads.
        name: of the file.
        factors: by signature; others that stand there stay.
        environment: as for `load`.

    Raises:
        ConfigError: the file is written in a way that cannot be amended.
    """
    with suppress(ConfigError, yaml.YAMLError, IndexError):
        amended = _amended(text, factors)
        before, after = (check(parse(one, name, environment)).settings for one in (text, amended))
        if after == before.model_copy(update={"tuning": {**before.tuning, **factors}}):
            return amended
    raise ConfigError(f"{name} cannot be amended without changing more of it: add the lines above by hand")


def _amended(text: str, factors: Mapping[str, float]) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ConfigError("the file is no block of keys")
    for key, value in root.value:
        if key.value == "tuning":
            edits = _inside(text, key, value, factors)
            break
    else:
        edits = [(len(text), len(text), "\n" * (2 - text.endswith("\n")) + "tuning:" + _lines(factors, 2) + "\n")]
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def _inside(text: str, key: yaml.Node, value: yaml.Node, factors: Mapping[str, float]) -> list[Edit]:
    """The edits of a `tuning` that is there: other numbers for what it holds, and what is new behind."""
    entries = value.value
    if not isinstance(value, yaml.MappingNode) or not entries:
        return [(key.end_mark.index, value.end_mark.index, ":" + _lines(factors, key.start_mark.column + 2))]
    known = {one.value: number for one, number in entries}
    edits = [
        (known[name].start_mark.index, known[name].end_mark.index, f"{factor:g}")
        for name, factor in factors.items()
        if name in known
    ]
    more = {name: factor for name, factor in factors.items() if name not in known}
    if not more:
        return edits
    if value.flow_style:
        place, added = entries[-1][1].end_mark.index, "".join(f", {_line(*one)}" for one in more.items())
    else:
        place, added = text.find("\n", entries[-1][1].end_mark.index), _lines(more, value.start_mark.column)
        place = len(text) if place < 0 else place
    return [*edits, (place, place, added)]


def _lines(factors: Mapping[str, float], indent: int) -> str:
    return "".join(f"\n{' ' * indent}{_line(*one)}" for one in factors.items())


def _line(name: str, factor: float) -> str:
    return f"{json.dumps(name, ensure_ascii=False)}: {factor:g}"
