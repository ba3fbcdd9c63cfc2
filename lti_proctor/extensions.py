"""Flask extensions, made here without an application, and the column types that every table uses."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from time import monotonic
from typing import Any, ClassVar, TypeVar, cast

from flask import Flask, current_app
from flask_babel import Babel
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    CursorResult,
    DateTime,
    Dialect,
    Enum,
    Executable,
    FromClause,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

from lti_proctor.prepared import Brief, Line, Prepared
from lti_proctor.settings import Settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

E = TypeVar("E", bound=StrEnum)
Key = BigInteger().with_variant(Integer, "sqlite")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite has no time zones, so they are added on the way back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[E], name: str) -> Enum:
    """Stored as the value of the StrEnum; the database checks that it is one of them."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda e: [m.value for m in e],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime,
        dict[str, Any]: Json,
        list[str]: Json,
        str: String(255),
    }

    id: Mapped[int] = mapped_column(Key, primary_key=True, sort_order=-1)


db = SQLAlchemy(metadata=Base.metadata)
#: A connection that lay idle for longer is asked whether it still works before it is used.
IDLE_SECONDS = 5.0
migrate = Migrate(db=db, directory="migrations", render_as_batch=True, compare_type=True)
babel = Babel()


def current_settings() -> Settings:
    """The settings of the running application."""
    found: Settings = current_app.extensions["settings"]
    return found


def execute(statement: Executable | Prepared, **values: Any) -> CursorResult[Any]:
    """Run a statement on the connection of the present transaction.

    For the few places that every learner passes: it leaves out the work of the ORM, and with a prepared statement also
    that of SQLAlchemy's engine. What the session holds and has not flushed is not seen.
    """
    if isinstance(statement, Prepared):
        return cast(CursorResult[Any], statement.run(_line(), values))
    return _connection().execute(statement, values)


_brief: ContextVar[Brief | None] = ContextVar("brief", default=None)
#: Whether the connection that is taken from the pool is for statements that may each stand alone.
_is_apart: ContextVar[bool] = ContextVar("is_apart", default=False)


#: SQLite has one writer at a time, and lets the others sleep for up to a tenth of a second: threads that stand in line
#: here go on at once.
_turn = Lock()


@contextmanager
def brief_transaction(*, each_alone: bool = False) -> Iterator[Brief]:
    """A transaction for prepared statements alone, without a session: what is executed within runs in it.

    For what thousands of windows send every few seconds. Opening and committing a session costs more than their
    statements. The session must not be used within: it would wait for this transaction.

    With `each_alone` every statement may stand without the others: PostgreSQL then gets one message for each in place
    of three (begin, statement, commit).
    """
    engine = db.engine
    is_apart = each_alone and engine.dialect.name == "postgresql"
    with _turn if engine.dialect.name == "sqlite" else nullcontext():
        before = _is_apart.set(is_apart)
        try:
            connection = engine.raw_connection()
        finally:
            _is_apart.reset(before)
        brief = Brief(engine.dialect, connection, is_kept_already=is_apart)
        outer = _brief.set(brief)
        try:
            yield brief
        finally:
            _brief.reset(outer)
            connection.close()


def dialect_name() -> str:
    """`sqlite` or `postgresql`."""
    return _line().dialect.name


def _line() -> Line:
    """Where prepared statements run: the brief transaction, if one is open, else that of the session."""
    return _brief.get() or _connection()


def _connection() -> Connection:
    """The connection of the session's transaction, without asking the session again for each statement."""
    session = db.session()
    known: Connection | None = session.info.get("connection")
    if known is None:
        known = session.info["connection"] = session.connection()
    return known


@event.listens_for(Session, "after_transaction_create")
@event.listens_for(Session, "after_transaction_end")
def _forget_connection(session: Session, _transaction: SessionTransaction) -> None:
    session.info.pop("connection", None)


def table_of(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


_adding: dict[tuple[str, FromClause], Prepared] = {}


def add_if_new(model: type[Base], **values: Any) -> int | None:
    """Insert a row and return its key; None when a row with one of its unique values is there already.

    Unlike a failed insert this leaves the transaction whole, also when another process adds the row at this moment.
    """
    table = table_of(model)
    dialect = dialect_name()
    statement = _adding.get((dialect, table))
    if statement is None:
        insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
        adding = insert(table).on_conflict_do_nothing().returning(table.c.id)
        statement = _adding[(dialect, table)] = Prepared(adding)
    return execute(statement, **values).scalar()


def init_database(app: Flask) -> None:
    """Open the database when it is first needed, and replace connections that it has closed meanwhile.

    SQLAlchemy's own check (`pool_pre_ping`) asks at each use: half as much work again as a pulse.
    """
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _check_idle)
        event.listen(engine, "checkout", _choose_transactions)


def _note_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used"] = monotonic()


def _check_idle(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    used = record.info.get("used")
    if used is None or monotonic() - used < IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except db.engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error  # the pool opens another one


def _choose_transactions(connection: Any, _record: ConnectionPoolEntry, _proxy: Any) -> None:
    """A connection stays as it was used last, and changes over only when the other kind takes it."""
    if connection.autocommit == _is_apart.get():
        return
    try:
        connection.autocommit = _is_apart.get()
    except db.engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error  # the pool opens another one


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Readers beside one writer, rules kept, and a wait instead of an error while another process writes."""
    if type(connection).__module__.split(".")[0] != "sqlite3":
        return
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "synchronous=NORMAL",
        "wal_autocheckpoint=4000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    # The driver begins a transaction before the first change only; it is to wait for its turn then, not later.
    connection.isolation_level = "IMMEDIATE"


@event.listens_for(Engine, "savepoint")
def _begin_before_savepoint(connection: Connection, _name: str) -> None:
    """The driver does not begin a transaction for a savepoint, and releasing it would commit."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
