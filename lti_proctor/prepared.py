"""Statements that are compiled once and then run on the database's driver itself.

For the few statements that every learner passes in a launch: SQLAlchemy writes the SQL and converts values as ever, but
its work for each execution, which is more than the database's own, is done once. The transaction stays the session's.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Dialect, Executable, Table
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.sql.dml import Insert

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Plan:
    """A statement for one kind of database: text, names of its values in order, and how to convert in and out."""

    sql: str
    #: Names in the order of the marks, for drivers with marks by place; None for marks by name.
    places: tuple[str, ...] | None
    into: Mapping[str, Convert]
    fixed: Mapping[str, Any]
    out: tuple[Convert | None, ...]
    row: Callable[..., Any] | None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        given = {**self.fixed, **values}
        for name, convert in self.into.items():
            given[name] = convert(given[name])
        return given if self.places is None else [given[name] for name in self.places]

    def rows(self, found: Sequence[Any]) -> Iterator[Any]:
        for values in found:
            yield self.row([c(v) if c else v for c, v in zip(self.out, values, strict=True)])  # type: ignore[misc]


class Found:
    """The rows that a statement found or returned; a small part of what SQLAlchemy's result can do."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

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

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Found:
        """Raises SQLAlchemy's errors, as a connection would."""
        dialect = connection.dialect
        key = (dialect.name, tuple(values))
        plan = self._plans.get(key) or self._plans.setdefault(key, self._plan(dialect, key[1]))
        cursor = connection.connection.cursor()
        try:
            cursor.execute(plan.sql, plan.parameters(values))
            return Found(list(plan.rows(cursor.fetchall())) if plan.row else [])
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
        return Plan(
            sql=str(compiled),
            places=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
            into={name: convert for name, convert in into.items() if convert is not None},
            fixed={**{n: b.value for n, b in compiled.binds.items() if n not in names}, **defaults},
            out=tuple(kind.dialect_impl(dialect).result_processor(dialect, None) for _name, kind in columns),
            row=_row_of([name for name, _kind in columns]) if columns else None,
        )


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
