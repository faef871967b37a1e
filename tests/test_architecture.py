"""The house rules that a machine can check, read from the syntax trees, the registries and the docs."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from actions.registry import ACTUATORS
from bot import plugins
from bot.__main__ import COMMANDS
from bot.config.document import parse
from bot.config.model import Settings
from detectors.registry import DETECTORS
from tests.syntax import ROOT, Module, dotted, modules

SOURCE = ("bot", "detectors", "actions", "demo")
EVERYTHING = (*SOURCE, "migrations", "tests", "bench", "docs")

# Exceptions: file -> reason. Every list can only shrink: an entry that is no longer needed fails.
WITHOUT_MIRROR: Mapping[str, str] = {}
TOO_LONG: Mapping[str, str] = {}
WALL_CLOCK: Mapping[str, str] = {
    "bot/runtime/clock.py": "it is the clock",
    "bot/chat/slack_inbox.py": "slack-bolt takes the moment of arrival for its own log",
}
CREATES_TASKS: Mapping[str, str] = {
    "bot/runtime/tasks.py": "it names the tasks and keeps them",
    "bot/web/live.py": "it waits for two things and cancels both before it goes on",
}
CATCHES_ALL: Mapping[str, str] = {"bot/runtime/tasks.py": "a bug in one step shall not end the others"}


def none(found: set[str], allowed: Mapping[str, str] | None = None) -> None:
    """Fails with all that breaks a rule without being allowed to, and all that is allowed to without needing it."""
    odd = found ^ set(allowed or {})
    assert not odd, ", ".join(sorted(odd))


def users(names: set[str], *folders: str) -> set[str]:
    """The files that use or import one of these names."""
    return {one.name for one in modules(*folders) if not names.isdisjoint({*one.uses.values(), *one.imports})}


def test_files_have_at_most_300_lines() -> None:
    none({one.name for one in modules(*EVERYTHING) if one.lines > 300}, TOO_LONG)


def test_every_file_that_does_something_has_its_mirror_test() -> None:
    missing = {one.name for one in modules(*SOURCE) if one.acts and not (ROOT / one.mirror).exists()}
    none(missing, WITHOUT_MIRROR)


def test_every_mirror_test_has_its_source() -> None:
    mirrors = {one.mirror for one in modules(*SOURCE)}
    tests = {one.name for one in modules("tests") if re.match(r"tests/unit/(.+/)?test_", one.name)}
    none(tests - mirrors)


def test_every_folder_of_code_is_a_package() -> None:
    folders = {(ROOT / one.name).parent for one in modules(*SOURCE, "tests")}
    none({str(folder) for folder in folders if not (folder / "__init__.py").exists()})


def test_only_the_approval_rule_makes_an_approved_proposal() -> None:
    made = {
        module.name
        for module in modules(*SOURCE)
        for node in module.nodes
        if isinstance(node, ast.Call) and module.uses.get(node.func, "").endswith("ApprovedProposal")
    }
    assert made == {"bot/domain/approval.py"}


def test_there_are_fakes_and_no_mocks() -> None:
    names = {name for module in modules(*EVERYTHING) for name in module.imports}
    none({name for name in names if re.match(r"(unittest\.)?mock\b|pytest_mock\b", name)})
    none(users({"monkeypatch.setattr", "mocker.patch"}, "tests"))


def test_tasks_are_created_in_one_place_or_in_a_group() -> None:
    chained = {
        module.name
        for module in modules(*EVERYTHING)
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr == "create_task" and isinstance(node.value, ast.Call)
    }
    bare = users({"asyncio.create_task", "loop.create_task"}, *EVERYTHING) | users({"asyncio.ensure_future"}, *SOURCE)
    none(bare | chained, CREATES_TASKS)


def test_the_time_of_day_is_read_in_one_place() -> None:
    """A parameter's default is no reading: that is how a leaf, which knows no Clock port, is given its clock."""
    found = set()
    for module in modules("bot", "detectors", "actions"):
        arguments = (node for node in module.nodes if isinstance(node, ast.arguments))
        defaults = {default for one in arguments for default in (*one.defaults, *one.kw_defaults)}
        read = {name for node, name in module.uses.items() if node not in defaults}
        if read & {"time.time", "time.time_ns"}:
            found.add(module.name)
    none(found, WALL_CLOCK)
    naive = {f"datetime.{kind}.{name}" for kind in ("datetime", "date") for name in ("now", "utcnow", "today")}
    none(users(naive, *EVERYTHING))


def test_only_the_guard_of_tasks_catches_everything() -> None:
    none({one.name for one in modules(*EVERYTHING) if _catches_all(one)}, CATCHES_ALL)


def _catches_all(module: Module) -> bool:
    """Whether anything there swallows every error; one that ends by raising it again only tidies up."""
    for node in module.nodes:
        caught: list[ast.expr | None] = []
        if isinstance(node, ast.ExceptHandler):
            again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            caught = [] if again else [*kinds]
        elif isinstance(node, ast.Call) and dotted(node.func).endswith("suppress"):
            caught = [*node.args]
        if any(one is None or dotted(one) in {"Exception", "BaseException"} for one in caught):
            return True
    return False


def test_imports_go_one_way() -> None:
    """In a process of its own, because the linter turns off every logger that there is."""
    command = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def spoken() -> set[str]:
    """The names that the docs say in backticks. After `a.b` in a row or paragraph, `c` is `a.c` and `a.b.c` too."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    text = "\n\n".join(page.read_text(encoding="utf-8") for page in pages)
    said = set()
    for block in re.split(r"\n\s*\n|\n(?=\|)", text):
        names = re.findall(r"`([^`\n]+)`", block)
        first = names[0] if names else ""
        said |= {*names, *(f"{first}.{name}" for name in names)}
        said |= {f"{first.rpartition('.')[0]}.{name}" for name in names}
    return said


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The dotted keys of a model; names that the user chooses are `*`, and lists have no index."""
    for own, field in model.model_fields.items():
        name = field.alias or own
        yield f"{prefix}{name}"
        for inner, named in _models(field.annotation):
            yield from keys(inner, f"{prefix}{name}.*." if named else f"{prefix}{name}.")


def _models(annotation: object) -> Iterator[tuple[type[BaseModel], bool]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, False
    for inner in get_args(annotation):
        yield from ((model, named or get_origin(annotation) is dict) for model, named in _models(inner))


def own_keys() -> Iterator[str]:
    """The options of the sources and chats, each under its kind."""
    nowhere = parse("", "", {})
    for kind in plugins.SOURCES:
        options = plugins.find("source", kind, plugins.SOURCES, nowhere, ()).Options
        yield from (f"{kind}.{name}" for name in options.model_fields if name != "watch")  # `watch` is a key of its own
    for kind in plugins.CHATS:
        options = plugins.find("chat", kind, plugins.CHATS, nowhere, ()).Options
        yield from (f"chat.{kind}.{name}" for name in options.model_fields)


def prompts() -> set[str]:
    return {path.name for path in (ROOT / "prompts").iterdir() if path.suffix in {".txt", ".json", ".yaml"}}


@pytest.mark.parametrize(
    ("names", "what"),
    [
        pytest.param({f"steward {name}" for name in COMMANDS}, "commands", id="commands"),
        pytest.param(set(keys(Settings)), "settings", id="settings"),
        pytest.param(set(own_keys()), "options", id="options"),
        pytest.param(set(plugins.SOURCES), "sources", id="sources"),
        pytest.param(set(plugins.CHATS), "chats", id="chats"),
        pytest.param(set(ACTUATORS), "actuators", id="actuators"),
        pytest.param(set(DETECTORS), "detectors", id="detectors"),
        pytest.param(prompts(), "prompts", id="prompts"),
    ],
)
def test_the_docs_speak_of_every_name(names: set[str], what: str) -> None:
    assert names, f"there are no {what}"
    said = spoken()
    none({name for name in names if not any(re.match(rf"{re.escape(name)}\b", one) for one in said)})
