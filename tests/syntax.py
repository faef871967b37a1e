"""The repository's Python files as syntax trees, for the tests that read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Module:
    """One file. `name` is its path from the root, such as `bot/app.py`."""

    name: str
    lines: int
    tree: ast.Module

    @property
    def mirror(self) -> str:
        """Where its test is: `bot/chat/slack.py` -> `tests/unit/bot/chat/test_slack.py`."""
        folder, _, file = self.name.rpartition("/")
        return f"tests/unit/{folder}/test_{file.removesuffix('.py').strip('_')}.py"

    @property
    def acts(self) -> bool:
        """Whether anything can run in it: a function that does more than declare itself, as those of Protocols do."""
        functions = (node for node in self.nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
        return any(not _declares(statement) for one in functions for statement in one.body)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in it."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> frozenset[str]:
        """The full names that it imports."""
        return frozenset(full for _, full in self._imported())

    @cached_property
    def uses(self) -> dict[ast.expr, str]:
        """Every dotted name in it, seen through its imports: after `from time import time as t`, `t` is `time.time`."""
        meanings = {local: full for local, full in self._imported() if "." not in local}
        found: dict[ast.expr, str] = {}
        for node in self.nodes:
            if isinstance(node, (ast.Name, ast.Attribute)) and (name := dotted(node)):
                first, dot, rest = name.partition(".")
                found[node] = meanings.get(first, first) + dot + rest
        return found

    def _imported(self) -> Iterator[tuple[str, str]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((one.asname or one.name, one.name) for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


def dotted(node: ast.expr | None) -> str:
    """`a.b.c` of names and attributes; empty for any other expression."""
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""


def modules(*folders: str) -> list[Module]:
    """The files of these folders, in order of their names."""
    return [module for folder in folders for module in _folder(folder)]


@cache
def _folder(folder: str) -> tuple[Module, ...]:
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        found.append(Module(name, len(text.splitlines()), ast.parse(text, name)))
    return tuple(found)


def _declares(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )
