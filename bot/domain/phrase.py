"""One template of a message: it can choose among the words that it is given, and do nothing else.

The sandbox of jinja2 keeps it from our objects. That it ends soon and stays small is seen to before it is ever
rendered: only harmless constructs are let through, no calls, no arithmetic, and no loop in a loop.
"""

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TypeAlias

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 20_000
"""Characters that are kept of what a template gives: more than any message has room for."""

FILTERS = frozenset({
    "capitalize", "count", "default", "first", "float", "int", "join", "last", "length", "lower", "round", "title",
    "trim", "truncate", "upper",
})  # fmt: skip
"""None of them makes a long text of a short one, but for `join`, which takes a list only."""

LISTS = "services"
"""The one variable that is a list: short, and of short names."""

_ALLOWED = (
    nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getitem, nodes.Filter, nodes.Keyword,
    nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.For,
)  # fmt: skip

Value: TypeAlias = str | float | list[str]
Values: TypeAlias = Mapping[str, Value]

FAILURES = (TemplateError, TypeError, ValueError, LookupError, ArithmeticError)


class Phrase:
    """A template, and another one for when it cannot be rendered. `told`: hears of that, once."""

    def __init__(
        self, source: str, fallback: "Phrase | None" = None, told: Callable[[str], None] | None = None
    ) -> None:
        self._source = source
        self._template = _compiled(source)
        self._fallback = fallback
        self._told = told

    def say(self, values: Values) -> str:
        """The words. A template of the user's that fails gives those of the fallback, or none."""
        try:
            return self._template.render(values)[:LONGEST]
        except FAILURES as error:
            if self._told is not None:
                self._told(f"a template failed and is not used: {error}, in {self._source[:80]!r}")
                self._told = None
            return self._fallback.say(values) if self._fallback else ""


def fault(source: str, variables: Collection[str]) -> str:
    """What is wrong with a template that may use these variables, in words; empty when nothing is."""
    try:
        tree = _environment().parse(source)
    except TemplateError as error:
        return str(error)
    if found := next(filter(None, map(_odd, tree.find_all(nodes.Node))), ""):
        return found  # before it is compiled, because that would already work out what is constant
    for name in sorted(find_undeclared_variables(tree) - set(variables)):
        near = get_close_matches(name, list(variables), 1, 0.6)
        return f"there is no {name!r}{f'; did you mean {near[0]!r}?' if near else ''}; there are {', '.join(variables)}"
    try:
        _compiled(source)
    except TemplateError as error:
        return str(error)
    return ""


def _odd(node: nodes.Node) -> str:
    if not isinstance(node, _ALLOWED):
        return f"a template cannot use {type(node).__name__.lower()}: only words, if, for, comparisons and filters"
    if isinstance(node, nodes.Name) and node.name in {"self", "loop"}:
        return f"there is no {node.name!r}"
    if isinstance(node, nodes.For) and (not _list(node.iter) or node.find(nodes.For)):
        return f"for goes over {LISTS}, and not within another for"
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f"there is no filter {node.name!r}; there are {', '.join(sorted(FILTERS))}"
    if isinstance(node, nodes.Filter) and node.name == "join" and not _list(node.node):
        return f"join takes {LISTS}"
    return ""


def _list(node: nodes.Node | None) -> bool:
    return isinstance(node, nodes.Name) and node.name == LISTS


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, cache_size=0, optimized=False)
    made.globals.clear()
    return made


@cache
def _compiled(source: str) -> Template:
    return _environment().from_string(source)
