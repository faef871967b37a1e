"""The archive: exports of the audit chain in a bucket of S3, or of a server that speaks as S3 does.

An object is written whole or not at all, with its SHA-256 beside it, which the server compares. Credentials are found
as the AWS tools find them.
"""

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore import exceptions as aws

from bot.domain.errors import StewardError, UsageError
from bot.domain.export import Span
from bot.domain.words import inert

SHORT = 200
_CONFIG = AioConfig(connect_timeout=5, read_timeout=60, retries={"mode": "standard"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the archive is. `prefix` is empty or ends with a slash; `endpoint` and `region` are empty for AWS's own."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def place(address: str, endpoint: str = "", region: str = "") -> Place:
    """The place of `s3://BUCKET/PREFIX`.

    Raises:
        UsageError: it is no such address, or the endpoint or region makes no sense.
    """
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9_./=-]*))?", address, re.ASCII)
    if not found:
        raise UsageError(
            f"{address!r} is no address in S3: write s3://BUCKET/PREFIX, the prefix in letters, digits and /-_."
        )
    if not re.fullmatch(r"(https?://[^\s@?#]+)?", endpoint):
        raise UsageError("--endpoint is no address: write https://HOST[:PORT], without a user or password")
    if not re.fullmatch(r"[a-z0-9-]*", region):
        raise UsageError(f"--region {region!r} is no region: write, for example, eu-west-1")
    prefix = (found[2] or "").strip("/")
    return Place(found[1], f"{prefix}/" if prefix else "", endpoint, region)


class Archive:
    """The files in the archive. Methods raise StewardError and nothing else."""

    def __init__(self, where: Place, client: Any) -> None:
        self._where = where
        self._client = client

    async def spans(self) -> list[Span]:
        """What rows the files hold, by their names, in order. Other objects are passed over."""
        where, names = self._where, []
        with _told(where, "s3:ListBucket"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=where.bucket, Prefix=f"{where.prefix}audit-"
            )
            async for page in pages:
                names += [str(each["Key"]).removeprefix(where.prefix) for each in page.get("Contents") or ()]
        return sorted(span for name in names if (span := Span.named(name)))

    async def write(self, span: Span, lines: bytes) -> None:
        """Writes a file."""
        digest = b64encode(sha256(lines).digest()).decode()
        what = {"Bucket": self._where.bucket, "Key": self._where.prefix + span.name, "Body": lines}
        with _told(self._where, "s3:PutObject"):
            await self._client.put_object(**what, ContentType="application/x-ndjson", ChecksumSHA256=digest)

    async def read(self, span: Span) -> bytes:
        """The lines of a file."""
        with _told(self._where, "s3:GetObject"):
            answer = await self._client.get_object(Bucket=self._where.bucket, Key=self._where.prefix + span.name)
            async with answer["Body"] as body:
                lines: bytes = await body.read()
        return lines


@asynccontextmanager
async def opened(where: Place) -> AsyncIterator[Archive]:
    """The archive at this place.

    Raises:
        StewardError: the AWS settings of this machine make no sense.
    """
    async with AsyncExitStack() as stack:
        with _told(where, "its settings"):
            made = get_session().create_client(
                "s3", region_name=where.region or None, endpoint_url=where.endpoint or None, config=_CONFIG
            )
            client = await stack.enter_async_context(made)
        yield Archive(where, client)


@contextmanager
def _told(where: Place, right: str) -> Iterator[None]:
    """Turns a failure into one line with its mend. Words of the network are left out: they may hold an address."""
    try:
        yield
    except aws.ClientError as error:
        told = error.response.get("Error", {})
        words = inert(str(told.get("Message", "")))[:SHORT]
        raise StewardError(_line(str(told.get("Code", "")), words, where, right)) from None
    except (aws.NoCredentialsError, aws.PartialCredentialsError):
        raise StewardError(
            f"no AWS credentials for {where}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, "
            "or give this machine a role"
        ) from None
    except (aws.ConnectionError, aws.HTTPClientError, OSError) as error:
        server, mend = (where.endpoint, "--endpoint") if where.endpoint else ("S3", "--region")
        raise StewardError(
            f"no answer from {server} for {where} ({type(error).__name__}): check {mend} and the network"
        ) from None
    except (aws.BotoCoreError, ValueError) as error:
        raise StewardError(f"cannot use {where} ({right}): {inert(str(error))[:SHORT]}") from None


def _line(code: str, words: str, where: Place, right: str) -> str:
    match code:
        case "NoSuchBucket":
            return f"there is no bucket {where.bucket}: create it, or check the name and the account"
        case "AccessDenied" | "AllAccessDisabled" | "403":
            return f"may not use {right} on {where}: add it to the policy of these credentials; {words}"
        case "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken":
            return f"the AWS credentials for {where} are not known or too old: renew them ({code})"
        case "PermanentRedirect" | "AuthorizationHeaderMalformed" | "301":
            return f"bucket {where.bucket} is in another region: name it with --region; {words}"
        case "SlowDown" | "ServiceUnavailable" | "InternalError" | "503" | "500":
            return f"S3 is too busy ({where}, {right}): run it again later; what was written stays"
    return f"S3 refused {right} ({where}, {code}): {words}"
