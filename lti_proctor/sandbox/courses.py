"""The courses: the first, and copies of it."""

import json
import sqlite3

from lti_proctor.sandbox.links import NewColumn, add_link, all_links, as_new, columns_of
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.store import Store
from lti_proctor.sandbox.world import FIRST_COURSE, Course


def _course(row: sqlite3.Row) -> Course:
    return Course(row["id"], row["label"], row["title"], tuple(json.loads(row["ancestors"])))


def all_courses(store: Store) -> list[Course]:
    return [_course(row) for row in store.rows("SELECT * FROM courses ORDER BY number")]


def find_course(store: Store, course_id: object) -> Course | None:
    row = store.row("SELECT * FROM courses WHERE id = ?", course_id if isinstance(course_id, str) else None)
    return None if row is None else _course(row)


def get_course(store: Store, course_id: object) -> Course:
    course = find_course(store, course_id)
    if course is None:
        raise Refusal("This course does not exist.", status=404, error="not_found")
    return course


def ensure_first_course(store: Store) -> None:
    first = FIRST_COURSE
    store.run("INSERT OR IGNORE INTO courses (id, label, title) VALUES (?, ?, ?)", first.id, first.label, first.title)


def copy_course(store: Store, original: Course) -> Course:
    """A second context with copies of the activities and their columns; grades and attempts stay behind."""
    number = len(all_courses(store))
    copy = Course(
        id=f"c-{int(FIRST_COURSE.id.removeprefix('c-')) + number}",
        label=f"{FIRST_COURSE.label} copy {number}",
        title=f"{FIRST_COURSE.title} (copy {number})",
        ancestors=(original.id, *original.ancestors),
    )
    store.add(
        "INSERT INTO courses (id, label, title, ancestors) VALUES (?, ?, ?, ?)",
        *(copy.id, copy.label, copy.title, json.dumps(copy.ancestors)),
    )
    for link in all_links(store, original.id):
        columns = [NewColumn(c.label, c.score_maximum, fields=c.fields) for c in columns_of(store, link)]
        add_link(store, as_new(link, copy.id, columns))
    return copy
