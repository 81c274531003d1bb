"""Alembic's environment: runs migrations on the connection the store hands over."""

from alembic import context

from serve.store.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
