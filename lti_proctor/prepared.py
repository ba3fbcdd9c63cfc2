"""Statements that are compiled once and then run on the database's driver itself.

For the few statements that every learner passes in a launch: SQLAlchemy writes the SQL and converts values as ever, but
its work for each execution, which is more than the database's own, is done once. The transaction stays the session's.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, cast

from sqlalchemy import Dialect, Executable, Numeric, Table
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.dml import Insert
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
#: The number of PostgreSQL's type `numeric` (pg_type.oid).
POSTGRES_NUMERIC = 1700


class Line(Protocol):
    """What a statement runs on: SQLAlchemy's connection, or a `Brief`."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def connection(self) -> PoolProxiedConnection: ...


class Brief:
    """A transaction for prepared statements alone, on a connection of its own. Nothing is kept without `commit`."""

    def __init__(self, dialect: Dialect, connection: PoolProxiedConnection, *, is_kept_already: bool = False) -> None:
        self.dialect, self.connection = dialect, connection
        self._is_kept_already = is_kept_already

    def commit(self) -> None:
        """Raises SQLAlchemy's errors, as a session would."""
        if self._is_kept_already:
            return
        try:
            self.connection.commit()
        except self.dialect.loaded_dbapi.Error as error:
            raise _translated(error, "COMMIT", self.dialect) from error


@dataclass(frozen=True)
class Plan:
    """A statement for one kind of database: text, names of its values in order, and how to convert in and out."""

    sql: str
    #: Names in the order of the marks, for drivers with marks by place; None for marks by name.
    places: tuple[str, ...] | None
    into: tuple[tuple[str, Convert], ...]
    #: Values that are the same each time, converted already.
    fixed: Mapping[str, Any]
    #: Places of the values of a row that have to be converted.
    out: tuple[tuple[int, Convert], ...]
    row: Callable[..., Any] | None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        given = {**self.fixed, **values}
        for name, convert in self.into:
            given[name] = convert(given[name])
        return given if self.places is None else [given[name] for name in self.places]

    def rows(self, found: Sequence[Any]) -> list[Any]:
        if not self.out and self.row is not None:
            return list(map(self.row, found))
        return [self._made(list(values)) for values in found]

    def tuples(self, found: Sequence[Any]) -> Sequence[Any]:
        """Without names: for thousands of rows, whose names take as long as fetching them."""
        return self.rows(found) if self.out else found

    def _made(self, values: list[Any]) -> Any:
        for place, convert in self.out:
            values[place] = convert(values[place])
        return self.row(values)  # type: ignore[misc]


class Found:
    """The rows that a statement found or returned; a small part of what SQLAlchemy's result can do."""

    def __init__(self, plan: Plan, values: Sequence[Any]) -> None:
        self._plan, self._values = plan, values

    @cached_property
    def _rows(self) -> list[Any]:
        return self._plan.rows(self._values)

    def tuples(self) -> Sequence[Any]:
        return self._plan.tuples(self._values)

    def first(self) -> Any:
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        if not self._rows:
            raise NoResultFound
        return self._rows[0]

    def all(self) -> list[Any]:
        return self._rows

    def scalar(self) -> Any:
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        return self.one()[0]


class Prepared:
    """A statement with named values. An insert takes the values of any set of columns; defaults of the others are
    filled in.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._plans: dict[tuple[str, tuple[str, ...]], Plan] = {}

    def run(self, connection: Line, values: Mapping[str, Any]) -> Found:
        """Raises SQLAlchemy's errors, as a connection would."""
        dialect = connection.dialect
        key = (dialect.name, tuple(values))
        plan = self._plans.get(key) or self._plans.setdefault(key, self._plan(dialect, key[1]))
        cursor = connection.connection.cursor()
        try:
            cursor.execute(plan.sql, plan.parameters(values))
            return Found(plan, cursor.fetchall() if plan.row else [])
        except dialect.loaded_dbapi.Error as error:
            raise _translated(error, plan.sql, dialect) from error
        finally:
            cursor.close()

    def _plan(self, dialect: Dialect, names: tuple[str, ...]) -> Plan:
        table = self._statement.table if isinstance(self._statement, Insert) else None
        defaults = _defaults(table, names) if isinstance(table, Table) else {}
        keys = [*names, *defaults] if table is not None else None
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=keys)  # type: ignore[attr-defined]
        into = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        columns = [(column.keyname, column.type) for column in _result_columns(compiled)]
        out = [kind.dialect_impl(dialect).result_processor(dialect, _code_of(kind)) for _name, kind in columns]
        fixed = {**{n: b.value for n, b in compiled.binds.items() if n not in names}, **defaults}
        return Plan(
            sql=str(compiled),
            places=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
            into=tuple((name, convert) for name, convert in into.items() if convert and name in names),
            fixed={name: _converted(value, into.get(name)) for name, value in fixed.items()},
            out=tuple((place, convert) for place, convert in enumerate(out) if convert),
            row=_row_of([name for name, _kind in columns]) if columns else None,
        )


def _code_of(kind: TypeEngine[Any]) -> int | None:
    """What the driver would say of a column: only decimal numbers on PostgreSQL are read by it."""
    return POSTGRES_NUMERIC if isinstance(kind, Numeric) and kind.asdecimal else None


def _converted(value: Any, convert: Convert | None) -> Any:
    return convert(value) if convert else value


def _row_of(names: list[str]) -> Callable[..., Any]:
    """Makes rows with these names from a list of values."""
    kind: Any = namedtuple("Row", names)  # type: ignore[misc]
    return cast(Callable[..., Any], kind._make)


def _result_columns(compiled: Any) -> list[Any]:
    return list(compiled._result_columns or [])


def _defaults(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    """Values of the columns that have a default made in the program and were not given one."""
    found = {}
    for column in table.columns:
        default: Any = column.default
        if default is not None and column.key not in names and not default.is_sequence:
            found[column.key] = default.arg(None) if default.is_callable else default.arg
    return found


def _translated(error: Exception, sql: str, dialect: Dialect) -> Exception:
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, base, hide_parameters=True, dialect=dialect)
