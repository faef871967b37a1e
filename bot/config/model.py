"""What the config file may say. Unknown keys are errors; the options of a source or target are checked by its kind."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.config.address import WebAddress
from bot.config.duration import Duration
from bot.config.permission import ActionSettings, ApprovalSettings
from bot.config.strict import Strict
from bot.config.telling import TellingSettings
from bot.domain import tuning
from detectors.model import Bad


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is not a time zone: write one such as Europe/Berlin or UTC") from None
    return name


def _port(listen: str) -> str:
    if int(listen.rpartition(":")[2]) > 65_535:
        raise ValueError("a port is at most 65535")
    return listen


class Open(BaseModel):
    """Keeps further keys for the kind that they belong to."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def options(self) -> dict[str, object]:
        """The further keys."""
        return dict(self.__pydantic_extra__ or {})


class SourceSettings(Open):
    """One source: a name of its own, its kind, and the kind's options."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,40}$")
    kind: str


class WatchSettings(Strict):
    """One query of the user's own, on top of the packs. `full`: where nothing is left; `ahead`: when to be told."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")
    source: str
    query: str = Field(min_length=1)
    service: str | None = None
    bad: Bad = "both"
    full: float | None = None
    ahead: Duration | None = None
    unit: Literal["ratio", "percent", "seconds", "bytes", "per_second", "count", "bool"] = "count"


class TargetSettings(Open):
    """Where a service runs: the actuator's kind and its options."""

    kind: str


class LimitSettings(Strict):
    """The bounds of actions on a service."""

    min_replicas: int = Field(default=1, ge=1)
    max_replicas: int = Field(default=10, ge=1)
    min_healthy: int = Field(default=0, ge=0)
    cooldown: Duration = 600.0
    max_per_hour: int = Field(default=4, ge=1)


class ServiceSettings(Strict):
    """One service: what it calls, where it runs, and how far actions may go. Rules can name its environment.

    team: whose it is; routes can name it.
    """

    depends_on: tuple[str, ...] = ()
    team: str = ""
    environment: str = ""
    target: TargetSettings | None = None
    limits: LimitSettings = LimitSettings()


class SlackSettings(Open):
    """The options of bot.chat.slack."""


class TelegramSettings(Open):
    """The options of bot.chat.telegram."""


class WebhookSettings(Open):
    """The options of bot.chat.webhook."""


class EmailSettings(Open):
    """The options of bot.chat.email."""


class WebSettings(Strict):
    """The page and the API. `metrics_open`: /metrics needs no key. `url`: where people reach it, if not at `listen`."""

    listen: Annotated[str, Field(pattern=r"^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$"), AfterValidator(_port)] = (
        "127.0.0.1:8484"
    )
    metrics_open: bool = False
    url: WebAddress | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class ChatSettings(Strict):
    """Where people read and click."""

    slack: SlackSettings | None = None
    telegram: TelegramSettings | None = None
    webhook: WebhookSettings | None = None
    email: EmailSettings | None = None
    web: WebSettings = WebSettings()


class LlmSettings(Strict):
    """The local model. `context`: tokens of prompt and answer together."""

    url: WebAddress = "http://127.0.0.1:11434"
    model: str
    timeout: Duration = 60.0
    context: int = Field(default=8192, ge=1024)


class IncidentSettings(Strict):
    """How long is long enough. `debounce` and `clear_after` count ticks, the others are durations.

    calm: how long signals must have stopped coming before something is offered.
    quiet: how long an incident without firing signals stays open.
    """

    debounce: int = Field(default=2, ge=1)
    clear_after: int = Field(default=5, ge=1)
    calm: Duration = 30.0
    quiet: Duration = 120.0
    verify_after: Duration = 60.0
    verify_for: Duration = 300.0


class DigestSettings(Strict):
    """When the daily digest is posted."""

    at: str = Field(default="09:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"


Signature = Annotated[str, Field(pattern=r"^(\*|[^/#]+/[^#]+#[a-z_]+)$")]
Factor = Annotated[float, Field(ge=tuning.LEAST, le=tuning.MOST)]
"""How many times as wide a threshold is, for a signature such as `checkout/http_p95#level`."""


class Settings(Strict):
    """The whole file."""

    store: str = "sqlite:///steward.db"
    sources: tuple[SourceSettings, ...] = Field(min_length=1)
    watch: tuple[WatchSettings, ...] = ()
    services: dict[str, ServiceSettings] = Field(default_factory=dict)
    chat: ChatSettings = ChatSettings()
    llm: LlmSettings | None = None
    approvals: ApprovalSettings = ApprovalSettings()
    actions: ActionSettings = ActionSettings()
    incidents: IncidentSettings = IncidentSettings()
    telling: TellingSettings = TellingSettings()
    tuning: dict[Signature, Factor] = Field(default_factory=dict)
    digest: DigestSettings = DigestSettings()
