"""Assignment and Grade Services 2.0: columns, scores, results."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from lti_proctor.sandbox.addresses import (
    check_type_id,
    lineitem_url,
    lineitems_url,
    result_url,
    results_url,
)
from lti_proctor.sandbox.columns import read_column
from lti_proctor.sandbox.context import sandbox
from lti_proctor.sandbox.courses import get_course
from lti_proctor.sandbox.links import Column, add_column, all_columns, change_column, find_column, remove_column
from lti_proctor.sandbox.media import answer_json, check_accept, read_json
from lti_proctor.sandbox.oauth import check_token
from lti_proctor.sandbox.paging import page_of
from lti_proctor.sandbox.refusal import Refusal
from lti_proctor.sandbox.scores import Grade, all_grades, keep_score, read_score
from lti_proctor.sandbox.vocabulary import (
    LINEITEM_READ_SCOPE,
    LINEITEM_SCOPE,
    LINEITEM_TYPE,
    LINEITEMS_TYPE,
    RESULT_READ_SCOPE,
    RESULTS_TYPE,
    SCORE_SCOPE,
    SCORE_TYPE,
)
from lti_proctor.sandbox.world import find_person

bp = Blueprint("ags", __name__, url_prefix="/ags/<course_id>/lineitems")
FILTERS = ("resource_link_id", "resource_id", "tag")


def line_item(column: Column) -> dict[str, Any]:
    bound = {} if column.link_id is None else {"resourceLinkId": column.link_id}
    maximum = int(column.score_maximum) if column.score_maximum.is_integer() else column.score_maximum
    return {
        "id": lineitem_url(sandbox().config.base_url, column),
        "label": column.label,
        "scoreMaximum": maximum,
        **bound,
        **column.fields,
    }


def _column(course_id: str, number: int) -> Column:
    get_course(sandbox().store, course_id)
    check_type_id()
    column = find_column(sandbox().store, number)
    if column is None or column.course_id != course_id:
        raise Refusal("This line item does not exist (any more).", status=404, error="not_found")
    return column


def _passes(item: dict[str, Any]) -> bool:
    names = {"resource_link_id": "resourceLinkId", "resource_id": "resourceId", "tag": "tag"}
    return all(item.get(names[name]) == request.args[name] for name in FILTERS if name in request.args)


@bp.get("")
def list_line_items(course_id: str) -> ResponseReturnValue:
    check_token(LINEITEM_SCOPE, LINEITEM_READ_SCOPE)
    get_course(sandbox().store, course_id)
    check_type_id()
    check_accept(LINEITEMS_TYPE)
    items = [item for column in all_columns(sandbox().store, course_id) if _passes(item := line_item(column))]
    base = sandbox().config.base_url
    page, headers = page_of(
        items, sandbox().settings.page_size, lambda **query: lineitems_url(base, course_id, **query), FILTERS
    )
    return answer_json(page, LINEITEMS_TYPE, headers=headers)


@bp.post("")
def add_line_item(course_id: str) -> ResponseReturnValue:
    check_token(LINEITEM_SCOPE)
    get_course(sandbox().store, course_id)
    check_type_id()
    store = sandbox().store
    column = add_column(store, read_column(store, read_json(LINEITEM_TYPE), course_id))
    item = line_item(column)
    return answer_json(item, LINEITEM_TYPE, status=201, headers={"Location": item["id"]})


@bp.get("/<int:number>/lineitem")
def show_line_item(course_id: str, number: int) -> ResponseReturnValue:
    check_token(LINEITEM_SCOPE, LINEITEM_READ_SCOPE)
    column = _column(course_id, number)
    check_accept(LINEITEM_TYPE)
    return answer_json(line_item(column), LINEITEM_TYPE)


@bp.put("/<int:number>/lineitem")
def change_line_item(course_id: str, number: int) -> ResponseReturnValue:
    check_token(LINEITEM_SCOPE)
    column = _column(course_id, number)
    store = sandbox().store
    change_column(store, column.number, read_column(store, read_json(LINEITEM_TYPE), course_id))
    return answer_json(line_item(_column(course_id, number)), LINEITEM_TYPE)


@bp.delete("/<int:number>/lineitem")
def remove_line_item(course_id: str, number: int) -> ResponseReturnValue:
    check_token(LINEITEM_SCOPE)
    remove_column(sandbox().store, _column(course_id, number).number)
    return Response(status=204)


@bp.post("/<int:number>/lineitem/scores")
def post_score(course_id: str, number: int) -> ResponseReturnValue:
    check_token(SCORE_SCOPE)
    column = _column(course_id, number)
    settings = sandbox().settings
    score = read_score(read_json(SCORE_TYPE))
    person = find_person(score.person_id)
    if person is None or not person.is_learner or person.id in settings.inactive:
        reason = f"userId {score.person_id!r} is nobody who can be graded in this course."
        raise Refusal(reason, status=422, error="not_gradable")
    keep_score(sandbox().store, column, score, settings)
    return Response(status=200)  # Moodle answers no body either: a tool must not look for one.


def _result(grade: Grade, column: Column) -> dict[str, Any]:
    base = sandbox().config.base_url
    result: dict[str, Any] = {
        "id": result_url(base, column, grade.person_id),
        "scoreOf": lineitem_url(base, column),
        "userId": grade.person_id,
        "resultMaximum": column.score_maximum,
    }
    scaled = grade.scaled(column.score_maximum)
    if scaled is not None:
        result["resultScore"] = scaled
    if grade.comment:
        result["comment"] = grade.comment
    return result


@bp.get("/<int:number>/lineitem/results")
def list_results(course_id: str, number: int) -> ResponseReturnValue:
    check_token(RESULT_READ_SCOPE)
    column = _column(course_id, number)
    check_accept(RESULTS_TYPE)
    wanted = request.args.get("user_id")
    results = [
        _result(grade, column)
        for grade in all_grades(sandbox().store)
        if grade.line_item == number and wanted in (None, grade.person_id)
    ]
    base = sandbox().config.base_url
    page, headers = page_of(
        results,
        sandbox().settings.page_size,
        lambda **query: results_url(base, column, **query),
        ("user_id",),
    )
    return answer_json(page, RESULTS_TYPE, headers=headers)
