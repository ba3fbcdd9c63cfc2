"""The gradebook's pages: a table, and the history of one cell."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.calls import all_calls
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.faults import Service
from lti_proctor.sandbox.links import Column, all_columns, find_column
from lti_proctor.sandbox.messages.submission_review import get_reviewable
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.scores import Grade, all_grades
from lti_proctor.sandbox.visitors import current_course, get_visitor
from lti_proctor.sandbox.world import LEARNERS, Person, find_person, get_person

bp = Blueprint("gradebook", __name__)


@dataclass(frozen=True)
class Row:
    person: Person
    cells: list[tuple[Column, Grade | None]]


def rows(people: tuple[Person, ...], columns: list[Column], grades: list[Grade]) -> list[Row]:
    by_place = {(grade.line_item, grade.person_id): grade for grade in grades}
    return [
        Row(person, [(column, by_place.get((column.number, person.id))) for column in columns]) for person in people
    ]


@bp.get("/gradebook")
def table() -> ResponseReturnValue:
    person = get_visitor()
    store = sandbox().store
    columns = all_columns(store, current_course().id)
    people = LEARNERS if person.may_teach else (person,)
    return render_template(
        "sandbox/gradebook.html",
        person=person,
        columns=columns,
        rows=rows(people, columns, all_grades(store)),
    )


@bp.get("/gradebook/<int:number>/<person_id>")
def cell(number: int, person_id: str) -> ResponseReturnValue:
    viewer = get_visitor()
    learner = find_person(person_id)
    if not viewer.may_teach and person_id != viewer.id:
        raise Refusal("You see only your own grades.", status=403, error="forbidden")
    store = sandbox().store
    column = find_column(store, number)
    if column is None or learner is None:
        raise Refusal("This column or this person does not exist (any more).", status=404, error="not_found")
    (row,) = rows((learner,), [column], all_grades(store))
    return render_template(
        "sandbox/cell.html",
        person=viewer,
        learner=learner,
        column=column,
        grade=row.cells[0][1],
        history=_history(number, person_id),
    )


@bp.get("/gradebook/<int:number>/<person_id>/review")
def review(number: int, person_id: str) -> ResponseReturnValue:
    """The tool's view of this learner's work, in a frame."""
    viewer = get_visitor()
    column = get_reviewable(sandbox(), viewer, number, person_id)
    learner = get_person(person_id)
    return render_template("sandbox/review.html", person=viewer, learner=learner, column=column)


def _history(number: int, person_id: str) -> list[dict[str, Any]]:
    """Every score that came for this cell, the newest first, also those that were refused."""
    scores = all_calls(sandbox().store, Service.SCORE)
    mine = [call for call in scores if call["line_item"] == str(number) and call["person_id"] == person_id]
    return [{**call, "body": call["body"] if isinstance(call["body"], dict) else {}} for call in reversed(mine)]
