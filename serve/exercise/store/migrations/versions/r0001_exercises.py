"""The tables of exercises, classes and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _part_of(target: str) -> sa.ForeignKey:
    return sa.ForeignKey(target, ondelete="CASCADE")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "exercises",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("leaves", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(64), nullable=False),
        sa.Column("made", sa.String(40), nullable=False),
    )
    op.create_table(
        "things",
        sa.Column("exercise_id", sa.String(20), _part_of("exercises.id"), primary_key=True),
        sa.Column("form", sa.String(1), primary_key=True),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("thing", sa.String(300), nullable=False),
        sa.Column("leaf", sa.String(100), nullable=False),
        sa.Column("photos", sa.Text(), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("licence", sa.String(200), nullable=False),
        sa.Column("difficulty", sa.String(20), nullable=False),
        sa.Column("thing_group", sa.String(300), nullable=False),
    )
    op.create_table(
        "classes",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("exercise_id", sa.String(20), sa.ForeignKey("exercises.id"), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("phases", sa.Text(), nullable=False),
        sa.Column("with_model", sa.Text(), nullable=False),
        sa.Column("open_phase", sa.String(20)),
        sa.Column("line_sensitivity", sa.Float()),
        sa.Column("line_false_alarm", sa.Float()),
        sa.Column("self_enrol", sa.Boolean(), nullable=False),
        sa.Column("made", sa.String(40), nullable=False),
    )
    op.create_table(
        "trainees",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("class_id", sa.String(20), _part_of("classes.id"), nullable=False, index=True),
        sa.Column("number", sa.Integer()),
        sa.Column("made", sa.String(40), nullable=False),
        sa.UniqueConstraint("class_id", "number"),
    )
    op.create_table(
        "sittings",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("code", sa.String(20), _part_of("trainees.code"), nullable=False, index=True),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("form", sa.String(1), nullable=False),
        sa.Column("arm", sa.String(20), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("started", sa.String(40), nullable=False),
        sa.Column("finished", sa.String(40)),
        sa.UniqueConstraint("code", "phase"),
    )
    op.create_table(
        "answers",
        sa.Column("sitting_id", sa.String(40), _part_of("sittings.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("thing", sa.String(300), nullable=False),
        sa.Column("asked", sa.String(40), nullable=False),
        sa.Column("answered", sa.String(40)),
        sa.Column("chosen", sa.String(100)),
        sa.Column("action", sa.String(20)),
        sa.Column("confidence", sa.Integer()),
    )
    op.create_table(
        "cards",
        sa.Column("code", sa.String(20), _part_of("trainees.code"), primary_key=True),
        sa.Column("thing", sa.String(300), primary_key=True),
        sa.Column("due", sa.String(40), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
    )
    op.create_table(
        "model_answers",
        sa.Column("exercise_id", sa.String(20), _part_of("exercises.id"), primary_key=True),
        sa.Column("bundle", sa.String(200), primary_key=True),
        sa.Column("thing", sa.String(300), primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("chosen", sa.String(100)),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
    )
