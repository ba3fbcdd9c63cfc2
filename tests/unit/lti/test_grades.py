"""Scores and results over the wire: what is sent, and what each answer means."""

from decimal import Decimal

import pytest

from lti_proctor.attempts.grading import Points
from lti_proctor.errors import Upstream
from lti_proctor.lti import calls
from lti_proctor.lti.grades import later, post_score, read_results, results_in
from tests.unit.lti.conftest import answer

ITEM = "https://lms.example/Items/7?type_id=1"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"


def test_a_score_goes_before_the_query_under_its_own_type(lms, platform, now):
    post_score(platform, ITEM, b'{"userId": "u"}', now=now)
    (asked,) = lms.asked
    assert (asked.method, asked.url) == ("POST", "https://lms.example/Items/7/scores?type_id=1")
    assert asked.headers["Content-Type"] == SCORE_TYPE
    assert asked.headers["Accept"].startswith(SCORE_TYPE)
    assert lms.scopes == [calls.AGS + "score"]


def test_a_family_may_want_a_header_of_its_own(lms, platform, now):
    platform.family = "canvas"
    post_score(platform, ITEM, b"{}", now=now)
    assert lms.asked[0].headers["User-Agent"].startswith("LTI-Proctor")


@pytest.mark.parametrize(
    ("family", "said", "problem"),
    [
        ("", answer(200), None),
        ("", answer(201, b"<html>thanks"), None),
        ("", answer(204), None),
        ("", answer(200, b"\xff" * 100), None),
        ("", answer(409), ("score_stale", False)),
        ("", answer(422), ("score_ungradable", True)),
        ("", answer(400), ("score_status_400", True)),
        ("moodle", answer(400), ("score_ungradable", True)),
        ("desire2learn", answer(422), ("score_ungradable", True)),
        ("", answer(301, None, location="https://lms.example/"), ("score_status_301", True)),
        ("", answer(401), ("score_status_401", False)),
        ("", answer(403), ("score_status_403", True)),
        ("", answer(404), ("score_status_404", True)),
        ("", answer(405), ("score_status_405", True)),
        ("", answer(415), ("score_status_415", True)),
        ("", answer(429, None, retry_after="5"), ("score_status_429", False)),
        ("", answer(500, b"<html>"), ("score_status_500", False)),
        ("", answer(501), ("score_status_501", True)),
        ("", answer(503), ("score_status_503", False)),
        ("", answer(520), ("score_status_520", False)),
        ("", answer(599), ("score_status_599", False)),
        ("", answer(100), ("score_status_100", True)),
    ],
)
def test_what_a_platform_answers_to_a_score(lms, platform, now, family, said, problem, refused):
    platform.family = family
    lms.says(said)
    if problem is None:
        post_score(platform, ITEM, b"{}", now=now)
    else:
        assert refused(post_score, platform, ITEM, b"{}", now=now) == problem


def test_the_wish_to_wait_is_kept(lms, platform, now):
    lms.says(answer(429, None, retry_after="120"))
    with pytest.raises(Upstream) as upstream:
        post_score(platform, ITEM, b"{}", now=now)
    assert upstream.value.retry_after == 120


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"userId": "u", "resultScore": 17, "resultMaximum": 20}, {"u": Points(Decimal(17), Decimal(20))}),
        ({"userId": "u", "resultScore": 0.83}, {"u": Points(Decimal("0.83"), Decimal(1))}),
        ({"userId": "u", "resultScore": 0}, {"u": Points(Decimal(0), Decimal(1))}),
        ({"userId": "u", "resultScore": None, "resultMaximum": 20}, {"u": Points(None, Decimal(20))}),
        ({"userId": "u", "resultMaximum": 20}, {"u": Points(None, Decimal(20))}),
        ({"userId": "u", "resultScore": "17", "resultMaximum": 20}, {}),
        ({"userId": "u", "resultScore": True, "resultMaximum": 20}, {}),
        ({"userId": "u", "resultScore": 10**12}, {}),
        ({"userId": "u", "resultScore": 1, "resultMaximum": 0}, {}),
        ({"userId": "u", "resultScore": 1, "resultMaximum": -1}, {}),
        ({"userId": "u", "resultScore": 1, "resultMaximum": None}, {}),
        ({"userId": "u", "resultScore": float("nan")}, {}),
        ({"userId": "u", "resultScore": float("inf")}, {}),
        ({"userId": "", "resultScore": 1}, {}),
        ({"userId": 5, "resultScore": 1}, {}),
        ({"resultScore": 1}, {}),
        (None, {}),
        ("u", {}),
        ([], {}),
    ],
)
def test_a_result_is_read(row, expected):
    assert results_in([row]) == expected


def test_results_of_all_are_read_page_by_page(lms, platform, now):
    following = "<https://lms.example/Items/7/results?P=2>; rel=“next”"
    first, second = {"userId": "a", "resultScore": 1}, {"userId": "b"}
    lms.says(answer(body=[first], link=following), answer(body=[second]))
    results = read_results(platform, ITEM, now=now)
    assert (set(results.by_subject), results.note) == ({"a", "b"}, None)
    assert [asked.url for asked in lms.asked] == [
        "https://lms.example/Items/7/results?type_id=1",
        "https://lms.example/Items/7/results?P=2",
    ]
    assert lms.asked[0].headers["Accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"
    assert lms.scopes == [calls.AGS + "result.readonly"]


def test_the_result_of_one_is_asked_for_by_user(lms, platform, now):
    lms.says(answer(body=[]))
    read_results(platform, ITEM, subject="u 1&2", now=now)
    assert lms.asked[0].url == "https://lms.example/Items/7/results?type_id=1&user_id=u+1%262"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (answer(204), None),
        (answer(body=[], link="<https://elsewhere.example/>; rel=next"), "results_elsewhere"),
        (answer(body=[], link="<>; rel=next"), "results_endless"),
        (answer(body={}), ("results_unreadable", False)),
        (answer(200), ("results_unreadable", False)),
        (answer(200, b"<html>"), ("results_unreadable", False)),
        (answer(302), ("results_status_302", True)),
        (answer(403), ("results_status_403", True)),
        (answer(404), ("results_status_404", True)),
        (answer(500), ("results_status_500", False)),
    ],
)
def test_what_a_platform_answers_to_the_question_for_results(lms, platform, now, said, expected):
    lms.says(said)
    try:
        found = read_results(platform, ITEM, now=now).note
    except Upstream as problem:
        found = (problem.code, problem.permanent)
    assert found == expected


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-11-24T08:00:00.000+00:00", "2026-11-24T09:00:00.000+00:00"),
        ("2026-11-24T09:00:00.000+00:00", "2026-11-24T09:00:01.000+00:00"),
        ("2026-11-24T10:30:00.500+01:00", "2026-11-24T09:30:01.500+00:00"),
    ],
)
def test_a_later_timestamp_is_a_whole_second_later_and_not_before_now(now, stamp, expected):
    assert later(stamp, now) == expected
