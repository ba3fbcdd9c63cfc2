"""Objects of the session from rows that a prepared statement has read.

SQLAlchemy's own way from a query to objects costs several times what the database does for it. For the few requests
that come by the hundred in a second.
"""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, FromClause, inspect, select
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql import Select

from lti_proctor.extensions import Base, db, table_of
from lti_proctor.prepared import Prepared

M = TypeVar("M", bound=Base)


class Chain:
    """Objects of several tables that hang together, read in one go.

    `links` name what each further one hangs on: the model that has it, its attribute, the model that is had. What
    nobody has is None. What the session holds already stays as it is there, and what of it is out of date is filled in.
    """

    def __init__(self, first: type[Base], *links: tuple[type[Base], str, type[Base]]) -> None:
        self._first, self._links = first, links
        self._models = [first, *(to for _of, _name, to in links)]
        self._keys = [_columns(model) for model in self._models]

    def where(self, *conditions: ColumnElement[bool]) -> Prepared:
        """The statement that finds them."""
        source: FromClause = table_of(self._first)
        for of, name, to in self._links:
            on: Any = getattr(of, name).property.primaryjoin
            source = source.outerjoin(table_of(to), on)
        columns = [
            table_of(model).c[column].label(f"c{place}_{column}")
            for place, (model, keys) in enumerate(zip(self._models, self._keys, strict=True))
            for _key, column in keys
        ]
        found: Select[Any] = select(*columns).select_from(source).where(*conditions)
        return Prepared(found)

    def objects(self, row: Sequence[Any]) -> Any:
        """The first object of a row, with what hangs on it."""
        made: dict[type[Base], Any] = {}
        at = 0
        for model, keys in zip(self._models, self._keys, strict=True):
            values = dict(zip((key for key, _column in keys), row[at : at + len(keys)], strict=True))
            made[model] = None if values["id"] is None else taken(model, values)
            at += len(keys)
        for of, name, to in self._links:
            if made[of] is not None and name not in made[of].__dict__:
                set_committed_value(made[of], name, made[to])
        return made[self._first]


def taken(model: type[M], values: dict[str, Any]) -> M:
    """The object of a row that was just read; the one that the session has, if it has it."""
    known = _known(model, values["id"])
    if known is not None:
        for key in inspect(known).expired_attributes & values.keys():
            set_committed_value(known, key, values[key])
        return known
    row = cast(M, inspect(model).class_manager.new_instance())
    row.__dict__.update(values)
    make_transient_to_detached(row)
    db.session.add(row)
    return row


def held(model: type[M], row_id: int) -> M | None:
    """The object that the session has with this key, if it has it and what it has still counts."""
    known = _known(model, row_id)
    return None if known is None or inspect(known).expired_attributes else known


def _known(model: type[M], row_id: int) -> M | None:
    key = inspect(model).identity_key_from_primary_key((row_id,))
    return cast(M | None, db.session().identity_map.get(key))


def _columns(model: type[Base]) -> list[tuple[str, str]]:
    """Attribute and column of what is loaded with an object."""
    return [(one.key, str(one.columns[0].name)) for one in inspect(model).column_attrs if not one.deferred]
