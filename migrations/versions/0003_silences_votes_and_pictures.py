"""silences, what people say of incidents, their pictures, and the rungs of an escalation"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "silences",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
    )
    op.create_index(op.f("ix_silences_until"), "silences", ["until"])
    op.create_table(
        "votes",
        sa.Column("incident_id", sa.String(length=12), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_votes_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "identity", "signature", name=op.f("pk_votes")),
    )
    op.create_table(
        "pictures",
        sa.Column("surface", sa.String(length=20), nullable=False),
        sa.Column("incident_id", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_pictures_incident_id")),
        sa.PrimaryKeyConstraint("surface", "incident_id", name=op.f("pk_pictures")),
    )
    op.add_column("timeline", sa.Column("rung", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("incidents", sa.Column("severity", sa.String(length=12), nullable=False, server_default="warning"))
    op.add_column("incidents", sa.Column("services", sa.Text(), nullable=False, server_default=sa.text("''")))
    _fill()


def downgrade() -> None:
    for table, column in (("incidents", "services"), ("incidents", "severity"), ("timeline", "rung")):
        op.drop_column(table, column)
    for table in ("pictures", "votes", "silences"):
        op.drop_table(table)


def _fill() -> None:
    """The new columns of the incidents repeat what their bodies say, so that lists need not read the bodies."""
    incidents = sa.table("incidents", sa.column("id"), sa.column("body"), sa.column("severity"), sa.column("services"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(incidents.c.id, incidents.c.body)).all():
        body = json.loads(row.body)
        ordered = sorted(body["signals"].values(), key=lambda signal: signal["onset"])
        services = "\n".join(dict.fromkeys(signal["service"] for signal in ordered))
        change = sa.update(incidents).where(incidents.c.id == row.id)
        connection.execute(change.values(severity=body["severity"], services=services))
