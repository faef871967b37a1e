"""standing approvals, the switch that stops all actions, and how incidents go without one"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standings",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standings")),
    )
    op.create_index(op.f("ix_standings_until"), "standings", ["until"])
    op.create_table(
        "stops",
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_stops")),
    )
    op.create_table(
        "courses",
        sa.Column("incident_id", sa.String(length=12), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_courses_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_courses")),
    )
    op.create_index(op.f("ix_courses_at"), "courses", ["at"])


def downgrade() -> None:
    for table in ("courses", "stops", "standings"):
        op.drop_table(table)
