"""The column of a link: which one is it, made once, changed with everything else kept, removed."""

from datetime import UTC, datetime

import pytest

from lti_proctor.errors import Upstream
from lti_proctor.lti import calls, columns
from lti_proctor.lti.columns import find_column, make_column, pick
from tests.factories import SCOPES, make_course, make_exam, make_link
from tests.unit.lti.conftest import answer

ITEMS = "https://lms.example/Items?type_id=1"
ITEM = "https://lms.example/items/7/lineitem?type_id=1"
ITEM_TYPE, LIST_TYPE = (f"application/vnd.ims.lis.v2.lineitem{part}+json" for part in ("", "container"))
MARK = {"tag": "exam", "resourceId": "e-1"}
NEXT = {"link": "<https://lms.example/Items?Page=2>; rel=next"}


def row(**more):
    return {"id": ITEM, "label": "Final", "scoreMaximum": 100, **more}


BOUND, OTHER, MINE, FREE = (
    row(resourceLinkId="l-1"),
    row(resourceLinkId="l-2", **MARK),
    row(resourceLinkId="l-1", **MARK),
    row(**MARK),
)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([BOUND], BOUND),
        ([OTHER], None),
        ([OTHER, BOUND], BOUND),
        ([BOUND, MINE], MINE),
        ([FREE, BOUND], BOUND),
        ([OTHER, FREE], FREE),
        ([{**FREE, "resourceLinkId": None}], {**FREE, "resourceLinkId": None}),
        ([{**FREE, "resourceLinkId": ""}], {**FREE, "resourceLinkId": ""}),
        ([row(resourceId="e-1")], row(resourceId="e-1")),
        ([row(resourceId="e-1", tag="quiz")], None),
        ([row(resourceId="e-2", tag="exam")], None),
        ([row(tag="exam")], None),
        ([row()], None),
        ([{}], None),
    ],
)
def test_the_column_of_a_link_is_picked_from_all_that_come(rows, expected):
    assert pick(rows, link_id="l-1", resource_id="e-1") == expected


def test_a_link_whose_id_is_a_number_somewhere_is_the_same_link():
    assert pick([row(resourceLinkId=5)], link_id="5", resource_id="e-1") == row(resourceLinkId=5)


@pytest.fixture
def place(app, now, platform):
    """An exam with its link, which has no column yet."""
    exam = make_exam(now, make_course(now, platform), title="Final ñ", grade_maximum=20)
    link = make_link(exam, line_item_url=None, line_items_url=ITEMS)
    link.link_id, exam.identifier = "l-1", "e-1"
    return link, exam


def test_it_is_found_by_the_link(lms, platform, place, now):
    lms.says(answer(body=[OTHER, BOUND]))
    assert find_column(platform, *place, now=now) == ITEM
    (asked,) = lms.asked
    assert (asked.url, asked.headers["Accept"]) == (f"{ITEMS}&resource_link_id=l-1", LIST_TYPE)
    assert lms.scopes == [calls.AGS + "lineitem"]


def test_it_is_found_by_tag_and_exam_where_the_link_says_nothing(lms, platform, place, now):
    lms.says(answer(body=[]), answer(body=[FREE]))
    assert find_column(platform, *place, now=now) == ITEM
    assert lms.asked[1].url == f"{ITEMS}&tag=exam&resource_id=e-1"


def test_it_is_found_at_once_where_filters_are_not_known(lms, platform, place, now):
    lms.says(answer(body=[OTHER, FREE]))
    assert find_column(platform, *place, now=now) == ITEM
    assert len(lms.asked) == 1


def test_it_is_found_on_a_later_page_whose_address_is_taken_as_given(lms, platform, place, now):
    lms.says(answer(body=[OTHER], **NEXT), answer(body=[BOUND]))
    assert find_column(platform, *place, now=now) == ITEM
    assert lms.asked[1].url == "https://lms.example/Items?Page=2"


def test_the_reading_right_is_enough_and_is_preferred(lms, platform, place, now):
    link, exam = place
    link.scopes = [*SCOPES, calls.AGS + "lineitem.readonly"]
    lms.says(answer(body=[BOUND]))
    assert find_column(platform, link, exam, now=now) == ITEM
    assert lms.scopes == [calls.AGS + "lineitem.readonly"]


@pytest.mark.parametrize("changes", [{"line_items_url": None}, {"scopes": []}, {"scopes": [calls.AGS + "score"]}])
def test_where_nobody_may_look_nothing_is_asked(lms, platform, place, now, changes, refused):
    link, exam = place
    for name, value in changes.items():
        setattr(link, name, value)
    assert find_column(platform, link, exam, now=now) is None
    assert refused(make_column, platform, link, exam, now=now) == ("no_column", True)
    assert lms.asked == []


@pytest.mark.parametrize(
    ("said", "code", "is_final"),
    [
        (answer(body={"lineItems": []}), "column_unreadable", False),
        (answer(body=b"<html>Log in"), "column_unreadable", False),
        (answer(body=b""), "column_unreadable", False),
        (answer(body=b"\xff\xfe"), "column_unreadable", False),
        (answer(body=[{**BOUND, "id": None}]), "column_unreadable", False),
        (answer(body=[{**BOUND, "id": 7}]), "column_unreadable", False),
        (answer(body=[{**BOUND, "id": "/items/7"}]), "column_unreadable", False),
        (answer(body=[{**BOUND, "id": "https://elsewhere.example/items/7"}]), "column_elsewhere", True),
        (answer(body=[], link="<https://elsewhere.example/2>; rel=next"), "column_elsewhere", True),
        (answer(body=[], link="<>; rel=next"), "column_endless", True),
        (answer(302, location="https://lms.example/login"), "column_status_302", True),
        (answer(403), "column_status_403", True),
        (answer(404, b"<html>"), "column_status_404", True),
        (answer(405), "column_status_405", True),
        (answer(503, retry_after="9"), "column_status_503", False),
        (Upstream("outside_too_large", permanent=True), "outside_too_large", True),
        (Upstream("outside_timeout", permanent=False), "outside_timeout", False),
    ],
)
def test_a_list_that_can_not_be_used_is_a_problem_and_not_a_reason_for_a_second_column(
    lms, platform, place, now, said, code, is_final, refused
):
    lms.says(said)
    assert refused(find_column, platform, *place, now=now) == (code, is_final)


@pytest.mark.parametrize("said", [answer(body=[None, 5, "x", []]), answer(204), answer(body=[OTHER])])
def test_a_list_without_ours_is_no_problem(lms, platform, place, now, said):
    lms.says(said)
    assert find_column(platform, *place, now=now) is None


# making


def test_a_column_is_made_with_everything_that_the_exam_says(lms, platform, now):
    opens, closes = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 11, tzinfo=UTC)
    course = make_course(now, platform)
    exam = make_exam(now, course, title="Final ñ", grade_maximum="12.5", open_at=opens, close_at=closes)
    link = make_link(exam, line_item_url=None, line_items_url=ITEMS)
    lms.says(answer(201, {"id": ITEM}))
    assert make_column(platform, link, exam, now=now) == ITEM
    (asked,) = lms.asked
    assert (asked.method, asked.url) == ("POST", ITEMS)
    assert (asked.headers["Accept"], asked.headers["Content-Type"]) == (ITEM_TYPE, ITEM_TYPE)
    assert asked.body == {
        "label": "Final ñ", "scoreMaximum": 12.5, "resourceId": exam.identifier, "tag": "exam",
        "resourceLinkId": link.link_id, "startDateTime": "2026-12-01T09:00:00Z", "endDateTime": "2026-12-01T11:00:00Z",
    }  # fmt: skip


def test_an_exam_without_times_makes_a_column_without(lms, platform, place, now):
    lms.says(answer(201, {"id": ITEM}))
    make_column(platform, *place, now=now)
    assert set(lms.asked[0].body) == {"label", "scoreMaximum", "resourceId", "tag", "resourceLinkId"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([answer(201, {"id": ITEM})], ITEM),
        ([answer(200, {"id": ITEM})], ITEM),
        ([answer(201, None, location=ITEM)], ITEM),
        ([answer(201, {}, location="/items/7/lineitem?type_id=1")], ITEM),
        ([answer(201, b"<html>made", location=ITEM)], ITEM),
        ([answer(201), answer(body=[BOUND])], ITEM),
        ([answer(204), answer(body=[]), answer(body=[FREE])], ITEM),
        ([answer(201, [ITEM]), answer(body=[BOUND])], ITEM),
        ([answer(201), answer(body=[])], ("column_unreadable", True)),
        ([answer(201, {"id": "https://elsewhere.example/7"})], ("column_elsewhere", True)),
        ([answer(201, {"id": "seven"})], ("column_unreadable", False)),
        ([answer(201, None, location="https://elsewhere.example/7")], ("column_elsewhere", True)),
        ([answer(307, None, location=ITEM)], ("column_status_307", True)),
        ([answer(400, b"no")], ("column_status_400", True)),
        ([answer(403)], ("column_status_403", True)),
        ([answer(404)], ("column_status_404", True)),
        ([answer(405)], ("column_status_405", True)),
        ([answer(429, retry_after="7")], ("column_status_429", False)),
        ([answer(500, b"<html>")], ("column_status_500", False)),
    ],
)
def test_what_a_platform_answers_to_a_new_column(lms, platform, place, now, said, expected):
    lms.says(*said)
    try:
        found = make_column(platform, *place, now=now)
    except Upstream as problem:
        found = (problem.code, problem.permanent)
    assert found == expected
    assert lms.methods.count("POST") == 1


# changing


def test_a_change_keeps_everything_that_is_not_ours(lms, platform, place, now):
    _link, exam = place
    before = row(
        label="Old", resourceLinkId="l-1", gradesReleased=False, submissionReview={"reviewableStatus": []},
        endDateTime="2026-01-01T00:00:00Z", **{"https://lms.example/own": {"a": 1}},
    )  # fmt: skip
    lms.says(answer(body=before), answer(200))
    columns.change_column(platform, ITEM, exam, ["label", "endDateTime"], now=now)
    get, put = lms.asked
    assert (get.method, get.url, get.headers["Accept"]) == ("GET", ITEM, ITEM_TYPE)
    assert (put.method, put.url, put.headers["Content-Type"]) == ("PUT", ITEM, ITEM_TYPE)
    assert put.body == {**{k: v for k, v in before.items() if k != "endDateTime"}, "label": "Final ñ"}
    assert lms.scopes == [calls.AGS + "lineitem"]


def test_a_column_that_is_up_to_date_is_left_alone(lms, platform, place, now):
    lms.says(answer(body=row(label="Final ñ", scoreMaximum=20.0)))
    columns.change_column(platform, ITEM, place[1], ["label", "scoreMaximum"], now=now)
    assert lms.methods == ["GET"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ([answer(body=row()), answer(200, b"<html>")], None),
        ([answer(body=row()), answer(204)], None),
        ([answer(body=row()), answer(200, b"x" * 10)], None),
        ([answer(body=row()), answer(405)], ("column_status_405", True)),
        ([answer(body=row()), answer(403)], ("column_status_403", True)),
        ([answer(body=row()), answer(503)], ("column_status_503", False)),
        ([answer(404)], ("column_status_404", True)),
        ([answer(301, location="x")], ("column_status_301", True)),
        ([answer(204)], ("column_unreadable", False)),
        ([answer(200, b"<html>")], ("column_unreadable", False)),
        ([answer(200, [row()])], ("column_unreadable", False)),
        ([answer(200, {"error": "x"})], ("column_unreadable", False)),
    ],
)
def test_what_a_platform_answers_to_a_change(lms, platform, place, now, said, problem, refused):
    lms.says(*said)
    change = (columns.change_column, platform, ITEM, place[1], ["label"])
    if problem is None:
        change[0](*change[1:], now=now)
    else:
        assert refused(*change, now=now) == problem


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (answer(204), None),
        (answer(200, b"gone"), None),
        (answer(404), None),
        (answer(410), None),
        (answer(405), ("column_status_405", True)),
        (answer(403), ("column_status_403", True)),
        (answer(500), ("column_status_500", False)),
        (answer(302), ("column_status_302", True)),
    ],
)
def test_what_a_platform_answers_to_a_removal(lms, platform, now, said, problem, refused):
    lms.says(said)
    if problem is None:
        columns.remove_column(platform, ITEM, now=now)
    else:
        assert refused(columns.remove_column, platform, ITEM, now=now) == problem
    assert lms.methods == ["DELETE"]
