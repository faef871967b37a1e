"""Every table. Times are epoch seconds as double precision; documents are JSON text written by `codec`."""

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.engine import Dialect


class Words(TypeDecorator[str]):
    """Text from outside, made such that both databases take it: no NUL, no half of a surrogate pair, cut at `most`."""

    impl = Text
    cache_ok = True

    def __init__(self, most: int | None = None) -> None:
        super().__init__()
        self.most = most

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is written and compared."""
        del dialect
        if value is None:
            return None
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[: self.most]


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("state", String(12), nullable=False, index=True),
    Column("severity", String(12), nullable=False, server_default="warning"),
    Column("services", Words(), nullable=False, server_default=text("''")),
    Column("opened_at", Double, nullable=False, index=True),
    Column("updated_at", Double, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("due_investigate", Boolean, nullable=False),
    Column("due_diagnose", Boolean, nullable=False),
    Column("due_offer", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False, index=True),
    Column("at", Double, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("announced", Boolean, nullable=False),
    Column("text", Words(), nullable=False),
    Column("actor", Words(200), nullable=False),
    Column("rung", Integer, nullable=False, server_default="0"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False, index=True),
    Column("service", Words(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("body", Text, nullable=False),
)

executions = Table(
    "executions",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("proposal_id", ForeignKey("proposals.id"), nullable=False, unique=True),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False, index=True),
    Column("state", String(12), nullable=False, index=True),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Double, nullable=True),
    Column("created_at", Double, nullable=False),
    Column("started_at", Double, nullable=True),
    Column("finished_at", Double, nullable=True),
    Column("error", Words(), nullable=False),
    Column("verified", Boolean, nullable=False),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("execution_id", ForeignKey("executions.id"), primary_key=True),
    Column("incident_id", ForeignKey("incidents.id"), nullable=False, index=True),
    Column("at", Double, nullable=False),
    Column("learned", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("what", String(40), nullable=False),
    Column("subject", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

tracks = Table(
    "tracks",
    metadata,
    Column("key", Words(), primary_key=True),
    Column("source", String(100), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

charts = Table(
    "charts",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("series", Words(), primary_key=True),
    Column("service", Words(200), nullable=False),
    Column("query", String(100), nullable=False),
    Column("title", Words(200), nullable=False),
    Column("unit", String(20), nullable=False),
)

points = Table(
    "points",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("series", Words(), primary_key=True),
    Column("at", Double, primary_key=True),
    Column("value", Double, nullable=True),
    Column("expected", Double, nullable=True),
    Column("low", Double, nullable=True),
    Column("high", Double, nullable=True),
)

baselines = Table(
    "baselines",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("query", String(100), primary_key=True),
    Column("at", Double, nullable=False),
    Column("state", LargeBinary, nullable=False),
)

positions = Table(
    "positions",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("body", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("surface", String(20), primary_key=True),
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("ref", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Double, nullable=False),
)

announcements = Table(
    "announcements",
    metadata,
    Column("surface", String(20), primary_key=True),
    Column("event_id", ForeignKey("timeline.id"), primary_key=True),
    Column("ref", Text, nullable=False),
    Column("at", Double, nullable=False),
)

handled = Table(
    "handled",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("at", Double, nullable=False, index=True),
    Column("accepted", Boolean, nullable=False),
    Column("answer", Words(), nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("surface", String(20), primary_key=True),
    Column("at", Double, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("identity", String(200), nullable=False),
    Column("name", Words(200), nullable=False),
    Column("expires_at", Double, nullable=False),
)

standings = Table(
    "standings",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("until", Double, nullable=False, index=True),
    Column("used", Integer, nullable=False),
    Column("ended", Words(200), nullable=False),
    Column("body", Text, nullable=False),
)

silences = Table(
    "silences",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("until", Double, nullable=False, index=True),
    Column("ended", Words(200), nullable=False),
    Column("body", Text, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("identity", Words(200), primary_key=True),
    Column("signature", Words(400), primary_key=True),
    Column("verdict", String(12), nullable=False),
    Column("at", Double, nullable=False),
    Column("words", Words(200), nullable=False),
)

pictures = Table(
    "pictures",
    metadata,
    Column("surface", String(20), primary_key=True),
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("ref", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Double, nullable=False),
)

stops = Table(
    "stops",
    metadata,
    Column("what", String(20), primary_key=True),
    Column("body", Text, nullable=False),
)

courses = Table(
    "courses",
    metadata,
    Column("incident_id", ForeignKey("incidents.id"), primary_key=True),
    Column("at", Double, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

Index("ix_executions_state_lease", executions.c.state, executions.c.lease_until)
Index("ix_timeline_announced", timeline.c.announced, timeline.c.id)
