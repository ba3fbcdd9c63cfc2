"""The page of a course that tells where the onboarding of each learner stands."""

from datetime import timedelta

import pytest

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.onboarding import State
from lti_proctor.exams.addons import Kind
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.web.onboarding_words import ONBOARDING
from tests.factories import make_attempt, make_exam, make_user


@pytest.fixture
def onboarding(course, now):
    return make_exam(now, course, kind=Kind.onboarding, title="Show that it works")


@pytest.fixture
def path(course):
    return f"/courses/{course.id}/onboarding"


def test_each_learner_has_a_state_with_filters_that_count(onboarding, path, teacher, member, now, filters):
    people = {name: member(name) for name in ("Ada", "Ben", "Cleo", "Dan")}
    member("Gone", is_active=False)
    ben = make_attempt(now, exam=onboarding, user=people["Ben"], status=Status.verified, signed_at=now)
    elsewhere = make_attempt(
        now, exam=make_exam(now, kind=Kind.onboarding), user=people["Cleo"], status=Status.verified, signed_at=now
    )
    make_attempt(now, exam=onboarding, user=people["Dan"], status=Status.rejected)
    make_attempt(now, exam=onboarding, user=make_user(now, name="Not on the roster"), status=Status.submitted)
    page = teacher.get(path).text
    assert filters(page) == {
        "All": 5, "Not started": 1, "Accepted": 1, "Accepted in another course": 1, "Not accepted": 1,
        "Waiting for review": 1,
    }  # fmt: skip
    assert f'href="/exams/{onboarding.id}/attempts/{ben.id}"' in page
    assert f"/attempts/{elsewhere.id}" not in page
    assert (now + timedelta(days=365)).isoformat() in page
    assert ">Gone<" not in page


def test_search_and_filter_add_up(onboarding, path, teacher, member, now, filters):
    for name in ("Ada A", "Ada B", "Ben"):
        member(name, username=name)
    make_attempt(now, exam=onboarding, user=member("Ada C"), status=Status.rejected)
    page = teacher.get(f"{path}?q=ada&show=not_started").text
    assert filters(page) == {"All": 3, "Not started": 2, "Not accepted": 1}
    assert [name for name in ("Ada A", "Ada B", "Ada C", "Ben") if f">{name}<" in page] == ["Ada A", "Ada B"]
    assert "No learner fits this" in teacher.get(f"{path}?q=zoe").text
    assert filters(teacher.get(f"{path}?show=error").text)["Technical problem"] == 0


def test_long_rosters_are_cut_into_pages(onboarding, path, teacher, member):
    for n in range(51):
        member(f"L{n:02}")
    assert ">L49<" in teacher.get(path).text
    for page in ("2", "99"):
        text = teacher.get(f"{path}?page={page}").text
        assert ">L50<" in text
        assert ">L49<" not in text
    assert ">L00<" in teacher.get(f"{path}?page=-5").text


@pytest.mark.parametrize("query", ["show=nonsense", "page=x", "q=%25", "show=", "q=" + "x" * 3000])
def test_what_can_not_be_asked_for_is_passed_over(onboarding, path, teacher, member, query):
    member("Ada")
    assert teacher.get(f"{path}?{query}").status_code == 200


def test_a_course_without_onboarding_says_so_and_has_no_tab_for_it(course, path, teacher):
    assert "This course has no onboarding exam" in teacher.get(path).text
    assert path not in teacher.get(f"/courses/{course.id}").text
    assert "This course has no exam yet" in teacher.get(f"/courses/{course.id}").text


def test_the_page_of_the_course_leads_there(onboarding, course, path, assistant):
    assert f'href="{path}"' in assistant.get(f"/courses/{course.id}").text


def test_only_staff_of_the_course_see_it(course, onboarding, path, sign_in, now):
    onboarding.stored = {**onboarding.stored, "members": ["pia"]}
    people = {
        "pia": sign_in(make_user(now, username="pia", role=SiteRole.proctor)),
        "paul": sign_in(make_user(now, username="paul", role=SiteRole.proctor)),
        "learner": sign_in(make_user(now), {course.id: "learner"}),
        "elsewhere": sign_in(make_user(now), {course.id + 1: "instructor"}),
    }
    answers = {name: browser.get(path).status_code for name, browser in people.items()}
    assert answers == {"pia": 200, "paul": 404, "learner": 404, "elsewhere": 404}


def test_every_state_has_its_words():
    assert set(ONBOARDING) == set(State)
    assert len({str(badge.word) for badge in ONBOARDING.values()}) == len(State)
