"""The phase with the model: when it was opened, whose answers a class is shown, and those answers in full."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("classes", sa.Column("assisted_opened", sa.String(40)))
    op.add_column("classes", sa.Column("bundle", sa.String(200)))
    op.add_column("model_answers", sa.Column("prediction", sa.Text()))
