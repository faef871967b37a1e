"""`steward audit`: checks the chain, in the store or in exported files, and exports it as JSON lines."""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.common import opened, read
from bot.config.load import Config
from bot.domain.audit import Checker, Entry
from bot.domain.errors import StewardError, UsageError
from bot.domain.export import Files, Span, line
from bot.domain.words import count
from bot.ports.store import Store
from bot.runtime.logs import configure

if TYPE_CHECKING:
    from bot.store.archive import Archive

EXAMPLE = "steward audit export --to s3://my-bucket/steward"

AT_ONCE = 1000
"""Rows that are read from the store at a time."""

FILE_SIZE = 16_000_000
"""Bytes of lines after which a file of the archive is full: what is held in memory at a time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with the chain, and where exports are."""
    parser.add_argument("what", choices=("verify", "export"), help="check every hash, or write JSON lines")
    parser.add_argument("files", nargs="*", metavar="FILE", help="verify: exported files, or s3://BUCKET/PREFIX")
    parser.add_argument("--to", metavar="S3", help="export: s3://BUCKET/PREFIX instead of standard output")
    parser.add_argument("--endpoint", default="", metavar="URL", help="a server that speaks as S3 does")
    parser.add_argument("--region", default="", help="the bucket's region, when the AWS settings do not say it")


def run(arguments: argparse.Namespace) -> int:
    """Checks or exports the audit chain."""
    if arguments.what == "export" and arguments.files:
        raise UsageError("audit export takes no FILE: write `> FILE` for a file, --to s3://BUCKET/PREFIX for S3")
    if arguments.what == "verify" and arguments.to is not None:
        raise UsageError("audit verify takes no --to: write `audit verify s3://BUCKET/PREFIX`")
    if arguments.files:
        configure(arguments.log_level)
        asyncio.run(_verify_files(arguments))
        return 0
    archive = None if arguments.to is None else _archive(arguments.to, arguments)
    config, _ = read(arguments)
    if arguments.what == "verify":
        asyncio.run(_verify(config))
    elif archive:
        asyncio.run(_add(config, archive, arguments.to))
    else:
        asyncio.run(_export(config))
    return 0


async def _verify(config: Config) -> None:
    checker = Checker()
    async with opened(config) as store:
        async for _ in _rows(store, checker):
            pass
    head = f", head {checker.head}" if checker.head else ""
    print(f"the audit chain holds: {checker.seen} rows{head}")


async def _verify_files(arguments: argparse.Namespace) -> None:
    files = Files()
    for name in arguments.files:
        if name.startswith("s3://"):
            async with _archive(name, arguments) as archive:
                await _verify_archive(files, archive, name)
        else:
            _verify_file(files, name)
    earlier = f"; the rows before are not among them, the first follows the hash {files.before}"
    print(
        f"the audit chain holds: rows {files.first} to {files.last} in {count(files.number, 'file')}, head {files.head}"
        f"{earlier if files.before else ''}"
    )


async def _verify_archive(files: Files, archive: "Archive", name: str) -> None:
    spans = await archive.spans()
    if not spans:
        raise StewardError(f"there is no export at {name}: `steward audit export --to {name}` writes one")
    for span in spans:
        _holds(files, span.name, (await archive.read(span)).splitlines(keepends=True))


def _verify_file(files: Files, name: str) -> None:
    try:
        with Path(name).open("rb") as lines:
            _holds(files, name, lines)
    except OSError as error:
        raise StewardError(f"cannot read {name}: {error.strerror}") from None


def _holds(files: Files, name: str, lines: Iterable[bytes]) -> None:
    if bad := files.first_bad(name, lines):
        raise StewardError(f"the audit chain is broken in {name}: {bad}")


async def _export(config: Config) -> None:
    async with opened(config) as store:
        async for entry, previous in _rows(store, Checker(), "; the export ends before it"):
            sys.stdout.write(line(entry, previous))


async def _add(config: Config, archived: AbstractAsyncContextManager["Archive"], address: str) -> None:
    """Writes the rows that the archive does not have yet, after the whole chain was checked: a broken one adds none."""
    async with opened(config) as store, archived as archive:
        spans = await archive.spans()
        await _compare(store, spans, address)
        newest = max(spans, key=lambda span: span.last, default=Span(1, 0, ""))
        checker = Checker(newest.last, newest.head)
        async for span, lines in _files(store, checker):
            await archive.write(span, lines)
            print(f"wrote rows {span.first} to {span.last}: {address.rstrip('/')}/{span.name}")
    new = checker.seen - newest.last
    head = f", head {checker.head}" if checker.head else ""
    print(f"the audit chain holds: {checker.seen} rows, {new or 'none'} of them new in the archive{head}")


async def _compare(store: Store, spans: Iterable[Span], address: str) -> None:
    """Follows the whole chain, past the hashes that the archive's files end with.

    Raises:
        StewardError: the chain is broken, or is not the one in the archive.
    """
    heads: defaultdict[int, set[str]] = defaultdict(set)
    for span in spans:
        heads[span.last].add(span.head)
    checker = Checker()
    async for entry, _ in _rows(store, checker, "; nothing was written"):
        if heads.pop(entry.seq, {entry.hash}) != {entry.hash}:
            raise StewardError(
                f"row {entry.seq} of the store is not the one in {address}: the store was rewritten since, "
                "or the archive is another Steward's; nothing was written"
            )
    if heads:
        raise StewardError(
            f"{address} holds row {max(heads)}, and the store ends with row {checker.seen}: rows of the store were "
            "lost, or the archive is another Steward's; nothing was written"
        )


async def _files(store: Store, checker: Checker) -> AsyncIterator[tuple[Span, bytes]]:
    """The rows after the checker's, in files of bounded size."""
    first, lines, size = checker.seen + 1, list[str](), 0
    async for entry, previous in _rows(store, checker):
        lines.append(line(entry, previous))
        size += len(lines[-1])
        if size >= FILE_SIZE:
            yield Span(first, entry.seq, entry.hash), "".join(lines).encode()
            first, lines, size = entry.seq + 1, [], 0
    if lines:
        yield Span(first, checker.seen, checker.head), "".join(lines).encode()


async def _rows(store: Store, checker: Checker, so: str = "") -> AsyncIterator[tuple[Entry, str]]:
    """The rows after the checker's, each checked, with the hash before it.

    Raises:
        StewardError: the chain is broken, `so` in words; the rows so far hold.
    """
    while True:
        async with store.read() as unit:
            entries = await unit.audit.entries(checker.seen, AT_ONCE)
        if not entries:
            return
        for entry in entries:
            previous = checker.head
            if bad := checker.first_bad([entry]):
                raise StewardError(f"the audit chain is broken: {bad}{so}")
            yield entry, previous


def _archive(address: str, arguments: argparse.Namespace) -> AbstractAsyncContextManager["Archive"]:
    """The archive at an address, to be opened. Its library is imported only here: most people do without it."""
    try:
        from bot.store import archive
    except ModuleNotFoundError as error:
        needed = (error.name or "").partition(".")[0]
        raise StewardError(f"an archive in S3 needs {needed}: pip install 'steward[s3]'") from None
    return archive.opened(archive.place(address, arguments.endpoint, arguments.region))
