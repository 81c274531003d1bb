"""Alembic's environment: runs migrations on the connection the store hands over.

The version has a table of its own, so that exercises may share a database server's database with cases.
"""

from alembic import context

from serve.exercise.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table="exercise_version",
)
with context.begin_transaction():
    context.run_migrations()
