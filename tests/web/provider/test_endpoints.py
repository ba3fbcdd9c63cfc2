"""Every endpoint of the protocol, spoken by hand: as sites speak it, and as nobody should."""

import io
import json

import pytest
from PIL import Image

from lti_proctor import outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Consent, Evidence, EvidenceKind
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.models import Allowance, Exam
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import Identity, User
from lti_proctor.platforms import service as platforms
from lti_proctor.platforms.models import Course, ResourceLink
from lti_proctor.providers.server import clients
from tests.factories import STAFF
from tests.web.provider.conftest import EXAM, LEARNER, attempt_of

COURSE = EXAM["course_id"]


@pytest.fixture
def exam(site):
    return site.exam()


@pytest.fixture
def attempt(site, exam):
    return site.attempt(exam)


def photo():
    out = io.BytesIO()
    Image.new("RGB", (100, 100)).save(out, "JPEG")
    return out.getvalue()


def exam_of(identifier):
    db.session.expire_all()
    return db.session.query(Exam).filter_by(identifier=identifier).one()


# configuration


@pytest.mark.parametrize(
    ("asked", "first"), [("en-us", "Open the proctoring"), ("", "Open the proctoring"), ("xx;en-us", "Open the proc")]
)
def test_the_configuration_says_what_learners_do(site, asked, first):
    answer = site.call("GET", "config/", headers={"Accept-Language": asked}).json
    assert set(answer) == {"rules", "name", "download_url", "instructions"}
    assert (answer["rules"], answer["name"]) == ({"rules": "Be fair."}, "LTI Proctor")
    assert answer["instructions"][0].startswith(first)
    assert len(answer["instructions"]) == 3


# exams


def test_an_exam_is_announced_by_two_calls_and_is_one_exam(site, exam):
    mine = exam_of(exam)
    assert (mine.title, mine.kind, mine.version, mine.is_active) == ("Final", Kind.proctored, 1, True)
    assert (mine.config.lifetime, mine.config.rules, mine.config.close_at) == (45, "Closed book", None)
    assert (mine.course.context_id, mine.config.addons) == (COURSE, frozenset({Addon.rules}))
    again = site.call("POST", f"exam/{exam}/", {**EXAM, "external_id": exam})
    assert again.json == {"id": exam}
    assert exam_of(exam).version == 1
    assert site.exam() == exam  # the answer got lost, so it is sent once more
    assert db.session.query(Exam).count() == db.session.query(Course).count() == 1


def test_the_words_of_the_documents_are_taken_as_well(site):
    body = {"id": 9, "course_id": "c", "content_id": "x", "name": "Old", "is_practice": True, "time_limit_mins": 10,
            "is_proctored": "true", "due_date": None, "new_field": {"a": [1]}}  # fmt: skip
    exam = site.call("POST", "exam/", body).json["id"]
    assert (exam_of(exam).title, exam_of(exam).kind) == ("Old", Kind.practice)
    learner = {"user_id": "u1", "user_name": "Ann Lee", "user_email": "ann@x.example"}
    made = site.call("POST", f"exam/{exam}/attempt/", learner).json["id"]
    assert (attempt_of(made).user.name, attempt_of(made).user.email) == ("Ann Lee", "ann@x.example")


def test_changes_of_an_exam_are_taken_over_and_what_our_staff_set_stays(site, exam, now):
    from lti_proctor.exams import service as exams

    mine = exam_of(exam)
    config = mine.config.model_copy(update={"addons": frozenset({Addon.rules, Addon.face})})
    exams.change_exam(mine, title=mine.title, kind=mine.kind, config=config, actor=STAFF, now=now)
    site.call("POST", f"exam/{exam}/", {**EXAM, "exam_name": "Final 2", "time_limit_mins": 50, "rule_summary": "Open"})
    mine = exam_of(exam)
    assert (mine.title, mine.config.lifetime, mine.config.rules) == ("Final 2", 50, "Open")
    assert Addon.face in mine.config.addons


def test_an_exam_that_is_not_proctored_any_more_takes_no_attempts(site, exam):
    site.call("POST", f"exam/{exam}/", {**EXAM, "is_proctored": False, "is_active": False})
    assert exam_of(exam).is_active is False
    answer = site.call("POST", f"exam/{exam}/attempt/", LEARNER)
    assert (answer.status_code, answer.json["error"]) == (409, "site_exam_inactive")
    site.call("POST", f"exam/{exam}/", EXAM)
    assert site.call("POST", f"exam/{exam}/attempt/", LEARNER).status_code == 200


def test_an_exam_is_read_by_our_id_and_by_the_sites(site, exam):
    ours, theirs = site.call("GET", f"exam/{exam}/").json, site.call("GET", "exam/7/").json
    assert ours == theirs
    wanted = {key: EXAM[key] for key in ("course_id", "content_id", "exam_name", "time_limit_mins", "is_proctored")}
    assert {key: ours[key] for key in wanted} == wanted
    assert (ours["id"], ours["external_id"], ours["is_practice_exam"]) == (exam, "7", False)


BAD_EXAMS = [
    ({"id": None, "content_id": None}, "id"), ({"id": True}, "id"), ({"id": 1.5}, "id"), ({"id": "x" * 300}, "id"),
    ({"id": "a\x00b"}, "id"), ({"course_id": None}, "course_id"), ({"course_id": ["c"]}, "course_id"),
    ({"exam_name": None}, "exam_name"), ({"exam_name": {}}, "exam_name"), ({"time_limit_mins": "45"}, "time_limit_mins"),
    ({"time_limit_mins": -1}, "time_limit_mins"), ({"time_limit_mins": True}, "time_limit_mins"),
    ({"is_proctored": 1}, "is_proctored"), ({"is_active": "maybe"}, "is_active"), ({"rule_summary": []}, "rule_summary"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "field"), BAD_EXAMS)
def test_a_field_that_can_not_be_used_is_named(site, changed, field):
    answer = site.call("POST", "exam/", {**EXAM, **changed})
    assert (answer.status_code, answer.json["error"], answer.json["field"]) == (400, "provider_field", field)
    assert db.session.query(Exam).count() == 0


@pytest.mark.parametrize(
    "raw", [b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b"[" * 60_000, b'{"id": NaN}', b'{"exam_name": "\\ud800"}',
            b'{"id": ' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(site, exam, raw):
    for method, path in (("POST", "exam/"), ("POST", f"exam/{exam}/"), ("POST", f"exam/{exam}/attempt/")):
        answer = site.call(method, path, data=raw, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json["error"]) == (400, "provider_body")


def test_a_body_of_five_megabytes_is_not_read(site, exam, attempt):
    raw = b'{"exam_name": "' + b"x" * 5_000_000 + b'"}'
    for method, path in (
        ("POST", "exam/"), ("POST", f"exam/{exam}/"), ("POST", f"exam/{exam}/attempt/"),
        ("PATCH", f"exam/{exam}/attempt/{attempt}/"),
    ):  # fmt: skip
        answer = site.call(method, path, data=raw)
        assert (answer.status_code, answer.json["error"]) == (413, "status_413")
    assert site.browser.post("/provider/oauth2/access_token", data={"a": "x" * 5_000_000}).status_code == 413


def test_long_and_strange_names_are_kept_as_far_as_they_can(site):
    exam = site.exam(exam_name="A\u202e\x07\n" + "b" * 500, time_limit_mins=10**9, rule_summary="x\x00y" + "z" * 20_000)
    mine = exam_of(exam)
    assert mine.title.startswith("A b")
    assert len(mine.title) == 255
    assert (mine.config.lifetime, mine.config.rules[:2], len(mine.config.rules)) == (43_200, "xy", 10_000)


# attempts


def test_an_attempt_belongs_to_its_learner_and_has_its_own_time(site, exam, attempt):
    mine = attempt_of(attempt)
    assert (mine.status, mine.parameters, mine.number, mine.exam.identifier) == ("created", {"lifetime": 60}, 1, exam)
    assert (mine.user.name, mine.user.given_name, mine.user.family_name) == ("Inés Márquez", "Inés", "Márquez")
    answer = site.call("GET", f"exam/{exam}/attempt/{attempt}/").json
    assert set(answer) == {"id", "status", "instructions", "download_url"}
    assert (answer["id"], answer["status"]) == (attempt, "created")
    assert answer["download_url"].startswith("http://localhost:8000/provider/enter/")
    assert mine.assessment.return_url.startswith(f"{site.client.site_url}/courses/course-v1%3ANorth")
    assert all(
        set(value) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
        for value in (exam, attempt)
    )


def test_the_same_person_in_another_course_is_the_same_person(site, attempt):
    other = site.attempt(site.exam(id=8, course_id="course-v1:North+B+1"))
    assert attempt_of(other).user_id == attempt_of(attempt).user_id


def test_another_announcement_ends_what_is_left_of_the_one_before(site, exam, attempt):
    second = site.attempt(exam)
    assert (attempt_of(attempt).status, attempt_of(attempt).error) == (Status.error, "site_new_attempt")
    assert (attempt_of(second).number, attempt_of(second).status) == (2, Status.created)
    found = attempt_of(second)
    found.set_up_at = found.created_at
    db.session.commit()
    assert attempt_of(second).status == Status.created
    assert db.session.query(outbox.Effect).filter_by(kind="site.reviewed").count() == 0


def test_what_the_learner_may_do_beside_the_rules_is_kept_for_reviewers(site, exam):
    made = site.attempt(exam, review_policy_exception="May stand up")
    known = db.session.query(Allowance).one()
    assert (known.user_id, known.policy_exception, known.extra_minutes) == (attempt_of(made).user_id, "May stand up", 0)
    site.attempt(exam)
    db.session.expire_all()
    assert db.session.query(Allowance).one().policy_exception == ""


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"user_id": None}, "user_id"), ({"user_id": ""}, "user_id"), ({"user_id": {}}, "user_id"),
     ({"user_id": "x" * 256}, "user_id"), ({"time_limit_mins": "x"}, "time_limit_mins"), ({"email": 1.5}, "email")],
)  # fmt: skip
def test_an_announcement_that_can_not_be_used_makes_nobody(site, exam, changed, field):
    answer = site.call("POST", f"exam/{exam}/attempt/", {**LEARNER, **changed})
    assert (answer.status_code, answer.json["field"]) == (400, field)
    assert db.session.query(User).count() == 0


@pytest.mark.parametrize("status", ["", None, "verified", "created", "STARTED", 5, ["started"], "x" * 300])
def test_a_status_that_no_site_tells_is_refused(site, exam, attempt, status):
    answer = site.tell(exam, attempt, status)
    assert (answer.status_code, answer.json["field"]) == (400, "status")
    assert attempt_of(attempt).status == Status.created


def test_a_taken_back_attempt_is_gone_with_what_was_kept_of_it(site, exam, attempt, now):
    mine = attempt_of(attempt)
    actor = Actor(Role.learner, mine.user_id)
    config = mine.exam.config.model_copy(update={"addons": frozenset({Addon.face})})
    mine.exam.stored = config.model_dump(mode="json")
    evidence.give_consent(mine, locale="en", actor=actor, now=now)
    evidence.keep_photo(mine, EvidenceKind.face, photo(), actor=actor, now=now)
    db.session.commit()
    answer = site.call("DELETE", f"exam/{exam}/attempt/{attempt}/")
    assert (answer.status_code, json.loads(answer.data)) == (200, {"status": "deleted"})
    assert db.session.query(Evidence).count() == 0
    assert (attempt_of(attempt).status, attempt_of(attempt).is_removed) == (Status.error, True)
    for method in ("GET", "DELETE"):
        assert site.call(method, f"exam/{exam}/attempt/{attempt}/").status_code == 404
    assert attempt_of(site.attempt(exam)).number == 1


def test_strangers_see_and_change_nothing(site, stranger, exam, attempt):
    before = attempt_of(attempt).status
    calls = [
        ("GET", f"exam/{exam}/", None), ("POST", f"exam/{exam}/", EXAM), ("POST", f"exam/{exam}/attempt/", LEARNER),
        ("GET", f"exam/{exam}/attempt/{attempt}/", None), ("DELETE", f"exam/{exam}/attempt/{attempt}/", None),
        ("PATCH", f"exam/{exam}/attempt/{attempt}/", {"status": "error"}), ("GET", "exam/7/", None),
    ]  # fmt: skip
    for method, path, body in calls:
        answer = stranger.call(method, path, body)
        assert (answer.status_code, answer.json["error"]) == (404, "exam"), path
    own = stranger.exam()
    assert own != exam  # the same ids at another site mean other things
    for method in ("GET", "DELETE"):
        assert stranger.call(method, f"exam/{own}/attempt/{attempt}/").json["error"] == "attempt"
    assert stranger.call("DELETE", f"user/{LEARNER['user_id']}/").json is True
    assert attempt_of(attempt).status == before
    assert attempt_of(attempt).user.email == LEARNER["email"]
    assert attempt_of(stranger.attempt(own)).user_id != attempt_of(attempt).user_id


@pytest.mark.parametrize(
    "path", ["exam/nope/", "exam/nope/attempt/x/", "exam/%F0%9F%98%80/", "exam/" + "x" * 3000 + "/"]
)
def test_an_id_that_nobody_gave_is_404(site, path):
    assert site.call("GET", path).status_code == 404


def test_a_method_that_an_address_does_not_know_is_told_as_json(site):
    answer = site.call("PUT", "exam/", {})
    assert (answer.status_code, answer.json["error"]) == (405, "status_405")
    assert "POST" in answer.headers["Allow"]


# people


def test_a_retired_person_leaves_attempts_of_nobody(site, exam, attempt):
    user_id = attempt_of(attempt).user_id
    assert site.call("DELETE", f"user/{LEARNER['user_id']}/").json is True
    user = db.session.get_one(User, user_id)
    assert (user.nickname, user.given_name, user.family_name, user.email) == ("", "", "", "")
    assert db.session.query(Identity).count() == 0
    assert db.session.query(Consent).count() == 0
    assert site.call("DELETE", f"user/{LEARNER['user_id']}/").json is True
    assert site.call("DELETE", "user/nobody/").data.strip() == b"true"
    assert attempt_of(site.attempt(exam)).user_id != user_id


def test_nobody_is_retired_in_the_middle_of_an_exam(site, exam, attempt, time):
    mine = attempt_of(attempt)
    mine.set_up_at = time.now
    db.session.query(Attempt).filter_by(id=mine.id).update({"status": Status.ready_to_start})
    db.session.commit()
    site.tell(exam, attempt, "started")
    assert site.call("DELETE", f"user/{LEARNER['user_id']}/").data.strip() == b"false"
    assert attempt_of(attempt).user.email == LEARNER["email"]


# nothing of a site shows among the course systems


def test_a_site_is_no_course_system(site, exam, now):
    assert platforms.all_platforms() == []
    assert platforms.find_registration(site.client.site_url, site.client_id) is None
    answer = site.browser.get("/lti/login", query_string={"iss": site.client.site_url, "login_hint": "x",
                              "target_link_uri": "http://localhost:8000/lti/launch", "client_id": site.client_id})  # fmt: skip
    assert answer.status_code in {400, 403, 404, 409}


def test_a_removed_site_leaves_exams_and_attempts(site, exam, attempt, now):
    clients.remove_client(site.client, actor=STAFF, now=now)
    db.session.commit()
    assert (attempt_of(attempt).link, exam_of(exam).course) == (None, None)
    assert db.session.query(ResourceLink).count() == db.session.query(Course).count() == 0
    assert site.call("GET", "config/").status_code == 401
