"""The activities of the courses and the columns of their gradebooks."""

import json
import sqlite3
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store
from lti_proctor.sandbox.world import FIRST_COURSE


@dataclass(frozen=True)
class Proctoring:
    """Makes an activity an assessment of the LMS's own that the tool watches over (LTI Proctoring Services 1.0)."""

    minutes: int = 30
    data: str = ""


@dataclass(frozen=True)
class Link:
    number: int
    title: str
    text: str
    url: str
    custom: dict[str, str]
    dates: dict[str, dict[str, str]]
    proctoring: Proctoring | None = None
    course_id: str = FIRST_COURSE.id
    #: The activities that this one was copied from, the newest first.
    ancestors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """A resource link id that is not a plain number, so that nobody takes it for one."""
        return f"rl-{self.number}"


@dataclass(frozen=True)
class NewColumn:
    label: str
    score_maximum: float
    link_number: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    course_id: str = FIRST_COURSE.id


@dataclass(frozen=True)
class NewLink:
    title: str
    url: str
    text: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    dates: dict[str, dict[str, str]] = field(default_factory=dict)
    columns: tuple[NewColumn, ...] = ()
    proctoring: Proctoring | None = None
    course_id: str = FIRST_COURSE.id
    ancestors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    number: int
    label: str
    score_maximum: float
    link_number: int | None
    fields: dict[str, Any]
    course_id: str

    @property
    def link_id(self) -> str | None:
        return None if self.link_number is None else f"rl-{self.link_number}"


def link_number(link_id: object) -> int | None:
    prefix, _, digits = str(link_id).partition("-")
    return int(digits) if prefix == "rl" and digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def _link(row: sqlite3.Row) -> Link:
    proctoring = json.loads(row["proctoring"])
    return Link(
        number=row["number"],
        title=row["title"],
        text=row["text"],
        url=row["url"],
        custom=json.loads(row["custom"]),
        dates=json.loads(row["dates"]),
        proctoring=None if proctoring is None else Proctoring(**proctoring),
        course_id=row["course_id"],
        ancestors=tuple(json.loads(row["ancestors"])),
    )


def _as_json(proctoring: Proctoring | None) -> str:
    return json.dumps(None if proctoring is None else asdict(proctoring))


def _column(row: sqlite3.Row) -> Column:
    return Column(
        number=row["number"],
        label=row["label"],
        score_maximum=row["score_maximum"],
        link_number=row["link_number"],
        fields=json.loads(row["fields"]),
        course_id=row["course_id"],
    )


def all_links(store: Store, course_id: str | None = None) -> list[Link]:
    """Of one course, or of all of them."""
    rows = store.rows("SELECT * FROM links WHERE ? IS NULL OR course_id = ? ORDER BY number", course_id, course_id)
    return [_link(row) for row in rows]


def find_link(store: Store, link_id: object) -> Link | None:
    row = store.row("SELECT * FROM links WHERE number = ?", link_number(link_id))
    return None if row is None else _link(row)


def add_link(store: Store, new: NewLink) -> Link:
    number = store.add(
        "INSERT INTO links (title, text, url, custom, dates, proctoring, course_id, ancestors)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        *(new.title, new.text, new.url, json.dumps(new.custom), json.dumps(new.dates), _as_json(new.proctoring)),
        *(new.course_id, json.dumps(new.ancestors)),
    )
    for column in new.columns:
        add_column(store, replace(column, link_number=number, course_id=new.course_id))
    return get_link(store, f"rl-{number}")


def as_new(link: Link, course_id: str, columns: list[NewColumn]) -> NewLink:
    """A copy of it for another course, that remembers where it came from."""
    return NewLink(
        title=link.title,
        url=link.url,
        text=link.text,
        custom=link.custom,
        dates=link.dates,
        columns=tuple(columns),
        proctoring=link.proctoring,
        course_id=course_id,
        ancestors=(link.id, *link.ancestors),
    )


def get_link(store: Store, link_id: object) -> Link:
    link = find_link(store, link_id)
    if link is None:
        raise Refusal("This activity does not exist (any more).", status=404, error="not_found")
    return link


def set_proctoring(store: Store, link: Link, proctoring: Proctoring | None) -> None:
    store.run("UPDATE links SET proctoring = ? WHERE number = ?", _as_json(proctoring), link.number)


def rename_link(store: Store, link: Link, title: str) -> None:
    store.run("UPDATE links SET title = ? WHERE number = ?", title, link.number)


def remove_link(store: Store, link: Link) -> None:
    """Its columns and grades go with it."""
    store.run("DELETE FROM links WHERE number = ?", link.number)


def all_columns(store: Store, course_id: str | None = None) -> list[Column]:
    """Of one course, or of all of them."""
    query = "SELECT * FROM line_items WHERE ? IS NULL OR course_id = ? ORDER BY number"
    return [_column(row) for row in store.rows(query, course_id, course_id)]


def columns_of(store: Store, link: Link) -> list[Column]:
    return [column for column in all_columns(store) if column.link_number == link.number]


def find_column(store: Store, number: int) -> Column | None:
    row = store.row("SELECT * FROM line_items WHERE number = ?", number)
    return None if row is None else _column(row)


def add_column(store: Store, new: NewColumn) -> Column:
    number = store.add(
        "INSERT INTO line_items (label, score_maximum, link_number, fields, course_id) VALUES (?, ?, ?, ?, ?)",
        *(new.label, new.score_maximum, new.link_number, json.dumps(new.fields), new.course_id),
    )
    return Column(number, new.label, new.score_maximum, new.link_number, new.fields, new.course_id)


def change_column(store: Store, number: int, new: NewColumn) -> None:
    store.run(
        "UPDATE line_items SET label = ?, score_maximum = ?, link_number = ?, fields = ? WHERE number = ?",
        *(new.label, new.score_maximum, new.link_number, json.dumps(new.fields), number),
    )


def remove_column(store: Store, number: int) -> None:
    store.run("DELETE FROM line_items WHERE number = ?", number)
