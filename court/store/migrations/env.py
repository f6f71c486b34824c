"""What Alembic runs: the migrations of this folder inside the connection it is given."""

from alembic import context

from court.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
