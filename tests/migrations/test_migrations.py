"""The database goes up and down, and up again, and is then what the models say."""

import gc
import secrets

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import Column, Integer, Table, create_engine, inspect, text
from sqlalchemy.engine import make_url

from lti_proctor import create_app
from lti_proctor.extensions import db
from lti_proctor.settings import ROOT

FOLDER = str(ROOT / "migrations")


@pytest.fixture
def empty_url(database_url, tmp_path):
    """A database of its own, of the kind that was asked for."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        yield f"sqlite:///{tmp_path / 'migrated.db'}"
        return
    name = f"migrated_{secrets.token_hex(4)}"
    server = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()


@pytest.fixture
def fresh(settings, empty_url):
    """An application on the empty database, inside its context."""
    given = settings.model_copy(update={"database_url": empty_url.replace("postgresql://", "postgresql+psycopg://")})
    app = create_app(given)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    app.extensions["outside"].close()
    gc.collect()


def table_names():
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_the_newest_migration_makes_what_the_models_say(fresh):
    upgrade(directory=FOLDER)
    assert table_names() == set(db.metadata.tables)
    check(directory=FOLDER)


def test_a_model_without_a_migration_would_be_found(fresh):
    upgrade(directory=FOLDER)
    forgotten = Table("forgotten", db.metadata, Column("id", Integer, primary_key=True))
    try:
        with pytest.raises(SystemExit):
            check(directory=FOLDER)
    finally:
        db.metadata.remove(forgotten)


def test_going_down_to_the_beginning_leaves_nothing_and_going_up_again_works(fresh):
    upgrade(directory=FOLDER)
    downgrade(directory=FOLDER, revision="base")
    assert table_names() == set()
    upgrade(directory=FOLDER)
    assert table_names() == set(db.metadata.tables)


def rules_in_the_database(table):
    found = inspect(db.engine)
    names = {rule["name"] for rule in (*found.get_check_constraints(table), *found.get_unique_constraints(table))}
    return names | {index["name"] for index in found.get_indexes(table)}


def test_the_rules_of_the_models_are_in_the_database_under_their_names(fresh):
    upgrade(directory=FOLDER)
    for table in db.metadata.sorted_tables:
        rules = {rule.name for rule in (*table.constraints, *table.indexes)}
        wanted = {rule for rule in rules if rule.startswith(("ck_", "uq_", "ix_"))}
        assert wanted <= rules_in_the_database(table.name), table.name


def test_there_is_one_newest_migration():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", FOLDER)
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
