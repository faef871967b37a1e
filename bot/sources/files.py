"""Log lines from files."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.config.duration import Duration
from bot.domain.errors import SourceError
from bot.domain.samples import LogLine, Pull, Window
from bot.ports import Clock
from bot.sources.loglines import clean, parse
from bot.sources.tail import MOST_LINE, Chunk, Position, at_end, at_start, follows, last, read, stem_of, successor

FILENAME = "filename"
MOST_FILES = 500

# What one pull reads of all files together, shared evenly; a file's share is never less than two of the longest lines.
MOST_BYTES = 8_000_000
LEAST_SHARE = 2 * MOST_LINE

_POSITIONS = TypeAdapter(dict[str, Position])


def service_rule(rule: str) -> str:
    """The rule, if it is `filename` or an expression with a group called service.

    Raises:
        ValueError: it is neither.
    """
    if rule != FILENAME:
        try:
            groups = re.compile(rule).groupindex
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        if "service" not in groups:
            raise ValueError(f"must be {FILENAME}, or an expression with a group (?P<service>...)")
    return rule


class FilesOptions(BaseModel):
    """Which files, and whose lines they hold.

    paths: globs.
    service: the name of the one service whose lines these are; or else
    service_from: `filename` (`checkout.log` is of checkout), or an expression on the path with a group `service`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    paths: tuple[str, ...] = Field(min_length=1)
    service: str = ""
    service_from: Annotated[str, AfterValidator(service_rule)] = FILENAME
    every: Annotated[Duration, Field(gt=0)] = 5.0


@dataclass(slots=True)
class _Round:
    """One pull: what was found so far. `positions` and `binary` replace those of the source when it is done."""

    now: float
    lines: list[LogLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    positions: dict[str, Position] = field(default_factory=dict)
    binary: dict[str, bool] = field(default_factory=dict)


class Files:
    """A source of log lines: files from their end on, through any rotation. No secrets."""

    Options = FilesOptions

    def __init__(self, name: str, options: FilesOptions, _secrets: Mapping[str, str], _clock: Clock) -> None:
        self.name = name
        self.every = options.every
        self.reach = 0.0
        self._options = options
        self._positions: dict[str, Position] | None = None
        self._binary: dict[str, bool] = {}
        self._lost = False

    def position(self) -> dict[str, Any]:
        """How far each file was read, as JSON values; to be kept together with the lines that were pulled."""
        return {path: asdict(position) for path, position in (self._positions or {}).items()}

    def resume(self, position: Mapping[str, Any]) -> None:
        """Goes on from a kept position; lines written meanwhile come with the next pull.

        From one that cannot be read nothing goes on: reading begins at the ends of the files, and a note says so.
        """
        try:
            self._positions = _POSITIONS.validate_python(dict(position)) or None
        except ValidationError:
            self._lost = True

    async def check(self) -> None:
        """Raises SourceError when no file matches, or one that does cannot be read."""
        await asyncio.to_thread(self._check)

    async def pull(self, window: Window) -> Pull:
        """The lines that were completed since the last pull; at the very first, none."""
        done = await asyncio.to_thread(self._read_all, window.end)
        self._positions, self._binary = done.positions, done.binary
        if self._lost:
            self._lost = False
            done.notes.append("the kept position cannot be read; reading goes on at the end of each file")
        return Pull((), done.lines, [clean(f"source {self.name}: {note}") for note in done.notes])

    async def close(self) -> None:
        """Nothing is held open."""

    def _check(self) -> None:
        paths = list(self._paths())
        if not paths:
            raise SourceError(f"source {self.name}: no file matches {', '.join(self._options.paths)}: mend paths")
        for path in paths:
            try:
                at_end(path)
            except OSError as error:
                raise SourceError(f"source {self.name}: {_trouble(path, error)}") from error

    def _read_all(self, now: float) -> _Round:
        done = _Round(now)
        paths = list(self._paths())
        if not paths:
            done.notes.append(f"no file matches {', '.join(self._options.paths)}")
        if len(paths) > MOST_FILES:
            done.notes.append(f"{len(paths)} files are too many; the first {MOST_FILES} are read: narrow paths")
            paths = paths[:MOST_FILES]
        self._finish_rotated(done, paths)
        failures = [failure for path in paths if (failure := self._read_one(done, path, len(paths)))]
        if failures and len(failures) == len(paths):
            raise SourceError(f"source {self.name}: no file can be read: {failures[0]}")
        done.notes += failures
        return done

    def _finish_rotated(self, done: _Round, paths: list[Path]) -> None:
        """Reads the rest of files that were renamed or copied away to where no glob finds them."""
        for name, position in (self._positions or {}).items():
            path = Path(name)
            if follows(path, position) or not path.parent.is_dir():
                continue
            went = successor(path, path.parent.iterdir(), position)
            if went is not None and went not in paths:
                rest = read(went, position, MOST_BYTES, final=True)
                self._take(done, path, rest)
                if rest.behind:
                    done.notes.append(f"file {went}: the last {rest.behind} bytes before its rotation were passed over")

    def _read_one(self, done: _Round, path: Path, files: int) -> str:
        """Reads what is new in one file. Gives what went wrong, or nothing."""
        known = (self._positions or {}).get(str(path))
        try:
            start = self._start(path)
            chunk = read(path, start, max(MOST_BYTES // files, LEAST_SHARE))
            binary = self._has_binary(path, start, chunk)
        except OSError as error:
            if known:
                done.positions[str(path)] = known
            return _trouble(path, error)
        done.positions[str(path)] = chunk.position
        self._take(done, path, chunk)
        if chunk.behind:
            done.notes.append(f"file {path}: {chunk.behind} bytes behind; the next pulls catch up")
        done.binary[str(path)] = binary
        if binary:
            done.notes.append(f"file {path}: has binary in it: is it a log?")
        return ""

    def _has_binary(self, path: Path, start: Position, chunk: Chunk) -> bool:
        """Whether binary was seen in the file: in what was there when it was first met, or in anything since."""
        known = self._binary.get(str(path)) if start.offset else False
        before = _binary(last(path)) if known is None else known
        return before or _binary(chunk)

    def _start(self, path: Path) -> Position:
        """Where to begin: where we were, or where we were before this file got its name; a new file from its start."""
        if self._positions is None:
            return at_end(path)
        stem = stem_of(path)
        related = [place for name, place in self._positions.items() if stem_of(Path(name)) == stem]
        own = self._positions.get(str(path))
        candidates = [own, *related] if own else related
        return next((place for place in candidates if follows(path, place)), None) or at_start(path)

    def _take(self, done: _Round, path: Path, chunk: Chunk) -> None:
        service = self._service(path)
        for raw in chunk.lines:
            line = parse(raw, chunk.encoding, done.now)
            if line.text.strip():
                done.lines.append(LogLine(line.time, service, line.text, line.level))

    def _service(self, path: Path) -> str:
        if self._options.service:
            return self._options.service
        if self._options.service_from != FILENAME:
            found = re.search(self._options.service_from, path.as_posix())
            if found and found["service"]:
                return clean(found["service"])
        return clean(stem_of(path))

    def _paths(self) -> Iterator[Path]:
        """The files that match now, each once, in the order of their names."""
        found: set[Path] = set()
        for pattern in self._options.paths:
            whole = Path(pattern).expanduser()
            found.update(
                path for path in Path(whole.anchor).glob(str(whole.relative_to(whole.anchor))) if path.is_file()
            )
        return iter(sorted(found))


def _binary(chunk: Chunk) -> bool:
    return chunk.encoding == "utf-8" and any(b"\0" in line for line in chunk.lines)


def _trouble(path: Path, error: OSError) -> str:
    return f"file {path}: {error.strerror or error}"
