"""Tables say what they keep of people, name their rules, and let the database check what it can."""

import enum
import typing

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped

from lti_proctor import tables
from lti_proctor.extensions import Base, UTCDateTime
from tests.structure.source import for_each

MODELS = sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda model: model.__name__)
TABLES = [model.__table__ for model in MODELS]
COLUMNS = [column for table in TABLES for column in table.columns]


def enum_of(annotation):
    """The StrEnum inside `Mapped[Status | None]`, if there is one; lists and objects are stored as JSON."""
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation if issubclass(annotation, enum.StrEnum) else None
    if typing.get_origin(annotation) in {list, dict, tuple}:
        return None
    return next((found for part in typing.get_args(annotation) if (found := enum_of(part))), None)


def test_the_tables_are_found():
    assert len(MODELS) > 15
    assert tables.TABLES


@for_each(MODELS, lambda model: model.__name__)
def test_a_table_says_what_it_keeps_of_people_and_for_how_long(model):
    last = (model.__doc__ or "").strip().split("\n\n")[-1].strip()
    assert last.startswith("pii: ")
    assert last.startswith("pii: none") or "kept: " in last


@for_each(TABLES, lambda table: table.name)
def test_every_rule_of_a_table_has_a_name(table):
    rules = [*table.constraints, *table.indexes]
    assert [rule for rule in rules if not isinstance(rule.name, str) or not rule.name] == []
    assert len({rule.name for rule in rules}) == len(rules)


@for_each(TABLES, lambda table: table.name)
def test_a_name_of_a_rule_is_short_enough_for_every_database(table):
    assert [rule.name for rule in (*table.constraints, *table.indexes) if len(rule.name) > 63] == []


@for_each([c for c in COLUMNS if isinstance(c.type, Enum)], str)
def test_a_choice_is_stored_as_its_value_and_checked_by_the_database(column):
    assert (column.type.native_enum, column.type.create_constraint) == (False, True)
    assert issubclass(column.type.enum_class, enum.StrEnum)
    assert column.type.enums == [member.value for member in column.type.enum_class]
    assert max(map(len, column.type.enums)) <= column.type.length


@for_each(MODELS, lambda model: model.__name__)
def test_what_is_one_of_a_few_things_is_a_choice_in_the_table_too(model):
    hints = typing.get_type_hints(model, include_extras=True)
    for attribute, annotation in hints.items():
        if typing.get_origin(annotation) is Mapped and (kind := enum_of(annotation)):
            assert model.__mapper__.columns[attribute].type.enum_class is kind, attribute


@for_each([c for c in COLUMNS if "datetime" in str(c.type).lower() or c.name.endswith("_at")], str)
def test_every_moment_is_aware(column):
    assert isinstance(column.type, UTCDateTime)


@for_each([c for c in COLUMNS if c.foreign_keys], str)
def test_the_database_knows_what_happens_to_rows_that_point_to_a_removed_one(column):
    assert all(key.ondelete in {"CASCADE", "SET NULL"} for key in column.foreign_keys)
    assert column.nullable or all(key.ondelete == "CASCADE" for key in column.foreign_keys)


@for_each([c for c in COLUMNS if c.foreign_keys], str)
def test_what_points_to_another_table_is_found_quickly(column):
    table = column.table
    first = [next(iter(index.columns)).name for index in table.indexes]
    unique = [
        next(iter(rule.columns)).name for rule in table.constraints if hasattr(rule, "columns") and len(rule.columns)
    ]
    assert column.name in {*first, *(name for name in unique if name != "id")}
