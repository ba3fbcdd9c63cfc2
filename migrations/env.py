"""How Alembic reaches the application's database; run by `lti-proctor migrate` and `flask db`."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Engine, MetaData

from lti_proctor.extensions import UTCDateTime


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations stand on their own: our column types are written as what the database sees."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    migrate = current_app.extensions["migrate"]
    engine: Engine = migrate.db.engine
    metadata: MetaData = migrate.db.metadatas[None]
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=metadata, render_item=render_item, **migrate.configure_args
        )
        with context.begin_transaction():
            context.run_migrations()


run()
