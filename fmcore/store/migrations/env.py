"""What alembic runs: only ever on the connection that fmcore.store.migrate hands over, inside its transaction."""

from alembic import context

from fmcore.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
