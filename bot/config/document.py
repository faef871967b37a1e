"""A YAML file that remembers on which line each value stands, so that errors can point at it."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from bot.domain.errors import ConfigError

Path = tuple[str | int, ...]
PLAIN: Mapping[str, str] = {
    "tuple_type": "must be a list",
    "frozen_set_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "string_type": "must be text; put it in quotes",
    "too_short": "must not be empty",
}
"""Faults by pydantic's name for them, in the words of YAML; the others keep pydantic's words."""

_TEXT = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"})
_PASSWORD = re.compile(r"//\S*@")
_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a file, and the line of every path in it."""

    name: str
    data: Any
    lines: Mapping[Path, int]

    def where(self, path: Path) -> str:
        """`steward.yaml line 12, sources[0].url`: the nearest place that stands in the file."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        line = f" line {self.lines[known]}" if known in self.lines else ""
        dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        return f"{self.name}{line}" + (f", {dotted}" if dotted else "")

    def error(self, path: Path, message: str) -> ConfigError:
        """An error at a place of the file."""
        return ConfigError(f"{self.where(path)}: {message}")

    def explain(self, error: ValidationError, model: type[BaseModel], prefix: Path = ()) -> ConfigError:
        """The first fault that pydantic found, with its place and, for a misspelt key, the nearest right one.

        A misspelt key goes first: what is missing is often only misspelt.
        """
        faults = error.errors()
        fault = next((one for one in faults if one["type"] == "extra_forbidden"), faults[0])
        path = prefix + tuple(part for part in fault["loc"] if not str(part).startswith("function-"))
        if fault["type"] == "extra_forbidden":
            near = nearest(str(path[-1]), _fields(model, tuple(fault["loc"][:-1])))
            return self.error(path, f"unknown key {str(path[-1])!r}{near}")
        if fault["type"] == "missing":
            return self.error(path[:-1], f"{path[-1]!r} is missing")
        text = PLAIN.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
        given = fault["input"]
        found = _PASSWORD.sub("//***@", str(given))
        shown = f" (found {found[:60]!r})" if isinstance(given, (str, int, float)) and str(given) not in text else ""
        return self.error(path, f"{text[:1].lower()}{text[1:]}{shown}")


def nearest(name: str, known: Sequence[str]) -> str:
    """`; did you mean 'sources'?`, or the names that there are."""
    near = difflib.get_close_matches(name, known, 1, 0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known are {', '.join(sorted(known))}" if known else ""


def parse(text: str, name: str, environment: Mapping[str, str]) -> Document:
    """Reads YAML; `${NAME}` in a value becomes that variable of the environment.

    Raises:
        ConfigError: it is no YAML, has a key twice, or names a variable that is not set.
    """
    lines: dict[Path, int] = {}
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _walk(root, (), lines, name)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(f"{name}{line}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{name}: not valid YAML: {str(error).splitlines()[0]}") from None
    except ValueError as error:  # a date or number that cannot be
        raise ConfigError(f"{name}: not valid YAML: {error}; put such a value in quotes") from None
    except RecursionError:
        raise ConfigError(f"{name}: nested too deeply, or an anchor that contains itself") from None
    bare = Document(name, None, lines)
    return Document(name, _filled(data, (), bare, environment), lines)


def _walk(node: yaml.Node | None, path: Path, lines: dict[Path, int], name: str) -> None:
    if node is None:
        return
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for place, child in enumerate(node.value):
            _walk(child, (*path, place), lines, name)
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            here = (*path, str(key.value))
            if isinstance(key, yaml.ScalarNode) and key.tag not in _TEXT:
                kind = key.tag.rpartition(":")[2]
                line = key.start_mark.line + 1
                raise ConfigError(f"{name} line {line}: YAML reads the key {key.value!r} as {kind}: put it in quotes")
            if here in lines:
                raise ConfigError(f"{name} line {key.start_mark.line + 1}: {key.value!r} stands here twice")
            _walk(child, here, lines, name)
            lines[here] = key.start_mark.line + 1


def _filled(data: Any, path: Path, document: Document, environment: Mapping[str, str]) -> Any:
    if isinstance(data, dict):
        return {key: _filled(value, (*path, str(key)), document, environment) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(value, (*path, place), document, environment) for place, value in enumerate(data)]
    if not isinstance(data, str) or "${" not in data:
        return data

    def value(found: re.Match[str]) -> str:
        if found[1] not in environment:
            raise document.error(path, f"the environment has no {found[1]}: export {found[1]}=...")
        return environment[found[1]]

    replaced = _NAME.sub(value, data)
    # A value that is one variable alone may be a number or a boolean, as if it stood there.
    return yaml.safe_load(replaced) if _NAME.fullmatch(data) and _plain(replaced) else replaced


def _plain(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?|true|false", text))


def _fields(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that are allowed at a path of a model, as far as the annotations tell."""
    schema = model.model_json_schema()
    node: dict[str, Any] = schema
    for part in path:
        node = _resolve(node, schema)
        inner = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        node = inner or node.get("additionalProperties") or {}
        if not isinstance(node, dict):
            return []
    return list(_resolve(node, schema).get("properties", {}))


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for option in (node, *node.get("anyOf", ()), *node.get("allOf", ())):
        if "$ref" in option:
            found: dict[str, Any] = schema["$defs"][option["$ref"].rsplit("/", 1)[-1]]
            return found
    return node
