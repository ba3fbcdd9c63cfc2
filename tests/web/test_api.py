"""What programs do over the REST interface."""

from datetime import timedelta

import pytest

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.allowances import allowances_of
from lti_proctor.exams.models import Allowance
from lti_proctor.extensions import db
from lti_proctor.monitoring.models import Flag
from lti_proctor.people.models import CourseMember
from lti_proctor.people.roles import Part
from lti_proctor.people.site_roles import SiteRole
from tests.factories import make_attempt, make_course, make_exam, make_running, make_submitted, make_user
from tests.web.api_programs import Program, problem


@pytest.fixture
def program(client, time):
    return Program(client)


@pytest.fixture
def attempt(app, time, now):
    return make_attempt(now, exam=make_exam(now, lifetime=60))


# exams


def test_an_exam_is_made_read_changed_and_put_away(program, now):
    course = make_course(now)
    made = program.post("/exams", course_id=course.id, title="Midterm", config={"lifetime": 45, "code": "secret"})
    assert program.last.status_code == 201
    assert (made["title"], made["time_limit_minutes"], made["kind"], made["version"]) == ("Midterm", 45, "proctored", 1)
    assert "code" not in made["config"]
    path = f"/exams/{made['id']}"
    changed = program("PATCH", path, json={"config": {"attempt": 2}})
    assert (changed["version"], changed["config"]["attempt"], changed["time_limit_minutes"]) == (2, 2, 45)
    assert program("PATCH", path, json={"title": "Final", "kind": "timed"})["title"] == "Final"
    assert program("DELETE", path)["is_active"] is False
    assert program.get("/exams", course=course.id)["total"] == 0
    assert program.get("/exams", course=course.id, archived="true")["total"] == 1
    assert program("PATCH", path, json={"is_active": True})["is_active"] is True
    actions = [entry.action for entry in journal.entries_of(f"exam:{made['id']}")]
    assert actions == ["exam.created", "exam.changed", "exam.changed", "exam.archived", "exam.restored"]


def test_the_policy_of_an_exam_is_written_and_taken_back(program, attempt):
    path = f"/exams/{attempt.exam_id}/policy"
    assert program("PUT", path, json={"rules": "Closed book"}) == {
        "rules": "Closed book", "rules_url": "", "is_default": False,
    }  # fmt: skip
    assert program.get(f"/exams/{attempt.exam_id}/settings")["policy"]["rules"] == "Closed book"
    assert program("DELETE", path)["is_default"] is True


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 300}, "title"),
        ({"title": "a\u0000b"}, "title"),
        ({"kind": "oral"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"config": {"lifetime": -1}}, "config.lifetime"),
        ({"config": {"colour": "red"}}, "config.colour"),
        ({"config": {"is_outside": True}}, "config.is_outside"),
        ({"config": {"url": "http://localhost:8000/admin"}}, "config.url"),
        ({"config": {"delivery": "window"}}, "config.url"),
        ({"config": {"open_at": "2026-12-02T00:00:00Z", "close_at": "2026-12-01T00:00:00Z"}}, "config"),
    ],
)
def test_an_exam_that_can_t_be_is_refused_field_by_field(program, attempt, body, field):
    program("PATCH", f"/exams/{attempt.exam_id}", json=body)
    assert field in problem(program, 422, "fields")["fields"]


def test_an_exam_names_only_providers_that_there_are(program, attempt):
    program("PATCH", f"/exams/{attempt.exam_id}", json={"config": {"provider": "nobody"}})
    assert problem(program, 409, "provider_missing")["context"] == {"provider": "nobody"}
    names = {row["name"] for row in program.get("/providers")}
    assert {"builtin", "mock", "null"} <= names


# allowances


def test_an_allowance_acts_at_once_and_what_is_left_out_stays(program, time, now):
    attempt = make_running(now, lifetime=60)
    before = attempt.deadline_at
    path = f"/exams/{attempt.exam_id}/allowances"
    given = program.post(path, learner=attempt.user.username, additional_time=15)
    assert (given["additional_time"], given["factor"], given["allowed_minutes"]) == (15, 1, 75)
    given = program.post(path, learner=attempt.user.email, factor="1.5", policy_exception="May use a dictionary")
    assert (given["additional_time"], given["factor"], given["allowed_minutes"]) == (15, 1.5, 105)
    assert attempt.deadline_at == before + timedelta(minutes=45)
    assert "dictionary" not in str([entry.data for entry in journal.entries_of(f"exam:{attempt.exam_id}")])
    assert program.get(path)["total"] == program.get("/allowances", course=attempt.exam.course_id)["total"] == 1
    assert program("DELETE", f"{path}/{given['id']}") is None
    assert program.last.status_code == 204
    assert allowances_of(attempt.exam) == []


def test_many_get_the_same_and_each_row_says_what_became_of_it(program, attempt, now):
    other = make_exam(now, attempt.exam.course)
    twins = [make_user(now, name="Twin") for _ in range(2)]
    for user in twins:
        db.session.add(CourseMember(course_id=attempt.exam.course_id, user_id=user.id, part=Part.learner))
    done = program.post(
        "/allowances", exam_ids=[attempt.exam_id, other.id], learners=[attempt.user.username, "nobody", "Twin"],
        additional_time=10,
    )  # fmt: skip
    assert (done["n_granted"], done["n_refused"]) == (1, 5)
    assert [(row["exam_id"], row["learner"], row["problem"]) for row in done["rows"]] == [
        (attempt.exam_id, attempt.user.username, None),
        (attempt.exam_id, "nobody", "learner_unknown"),
        (attempt.exam_id, "Twin", "learner_ambiguous"),
        (other.id, attempt.user.username, "learner_unknown"),
        (other.id, "nobody", "learner_unknown"),
        (other.id, "Twin", "learner_ambiguous"),
    ]
    assert db.session.query(Allowance).count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"learner": "nobody", "additional_time": 5}, 404, "learner"),
        ({"learner": "nobody"}, 422, "allowance_empty"),
        ({"learner": "nobody", "additional_time": -1}, 422, "fields"),
        ({"learner": "nobody", "factor": "NaN"}, 422, "fields"),
        ({"learner": "nobody", "factor": 0.5}, 422, "fields"),
        ({"additional_time": 5}, 422, "fields"),
    ],
)
def test_an_allowance_that_can_t_be_given_is_refused(program, attempt, body, status, code):
    program.post(f"/exams/{attempt.exam_id}/allowances", **body)
    problem(program, status, code)


# attempts


def test_attempts_are_found_by_course_exam_status_kind_and_learner(program, attempt, now):
    exam = make_exam(now, attempt.exam.course, kind=Kind.practice)
    running = make_running(now, exam=exam, user=make_user(now, name="100% Zoë"))
    made = {"first": attempt.id, "second": running.id}
    for query, expected in (
        ({}, ["first", "second"]),
        ({"newest_first": "true"}, ["second", "first"]),
        ({"status": "started"}, ["second"]),
        ({"status": ["started", "created"]}, ["first", "second"]),
        ({"kind": "practice"}, ["second"]),
        ({"exam": attempt.exam_id}, ["first"]),
        ({"learner": "0% z"}, ["second"]),
        ({"learner": "%"}, ["second"]),
        ({"learner": running.user.email}, ["second"]),
        ({"course": attempt.exam.course_id, "limit": 1}, ["first"]),
    ):
        found = program.get("/attempts", **query)
        assert [row["id"] for row in found["items"]] == [made[name] for name in expected], query


def test_pages_lead_to_each_other(program, now):
    exam = make_exam(now)
    ids = [make_attempt(now, exam=exam).id for _ in range(5)]
    page = program.get("/attempts", exam=exam.id, limit=2, page=2)
    assert (page["page"], page["pages"], page["total"], [r["id"] for r in page["items"]]) == (2, 3, 5, ids[2:4])
    links = program.last.headers["Link"]
    for number, rel in ((1, "first"), (1, "prev"), (3, "next"), (3, "last")):
        assert f'/api/v1/attempts?exam={exam.id}&limit=2&page={number}>; rel="{rel}"' in links
    assert program.get("/attempts", page=99)["items"] == []


def test_an_attempt_is_read_as_it_is_now(program, time, now):
    attempt = make_running(now, lifetime=30)
    time.passes(minutes=10)
    read = program.get(f"/attempts/{attempt.id}")
    assert (read["status"], read["seconds_left"], read["allowed_minutes"]) == ("started", 1200, 30)
    assert set(read["events"]) == {"pause", "terminate", "fail"}
    time.passes(minutes=30)
    assert program.get(f"/attempts/{attempt.id}")["status"] == "submitted"
    assert attempt.status == Status.submitted


def test_staff_move_an_attempt_on_in_their_own_name(client, time, now):
    owner = make_user(now, role=SiteRole.administrator)
    program, attempt = Program(client, owner=owner), make_running(now, lifetime=30)
    path = f"/attempts/{attempt.id}/events"
    assert program.post(path, event="pause")["status"] == "paused"
    assert program.post(path, event="resume")["status"] == "started"
    program.post(path, event="terminate")
    problem(program, 409, "has_reason")
    assert program.post(path, event="terminate", reason="Fire alarm")["status"] == "submitted"
    assert program.post(path, event="extend", reason="Fire alarm", minutes=20)["status"] == "started"
    last = journal.entries_of(f"attempt:{attempt.id}")[-1]
    assert (last.actor_role, last.actor_id, last.data["reason"]) == ("staff", owner.id, "Fire alarm")


@pytest.mark.parametrize("event", [*sorted(set(Event) - {"extend"}), "explode", "", "start\n"])
def test_no_program_does_what_only_others_may(program, time, now, event):
    attempt = make_attempt(now)
    known = {"pause", "resume", "terminate", "fail", "allow_resume", "decline", "reset", "clear_onboarding"}
    program.post(f"/attempts/{attempt.id}/events", event=event, reason="r")
    if event in known:
        assert program.last.status_code in {200, 409}
    elif event == "start\n":
        assert program.last.status_code == 400
    else:
        problem(program, 400, "unknown_event")
        assert attempt.status == Status.created


def test_a_reset_is_for_where_the_life_cycle_allows_it(program, time, now):
    practice = make_submitted(now, exam=make_exam(now, kind=Kind.practice))
    assert program("DELETE", f"/attempts/{practice.id}")["status"] == "onboarding_reset"
    program("DELETE", f"/attempts/{make_submitted(now).id}")
    problem(program, 409, "is_sample")


def test_the_exams_that_run_for_a_learner(program, time, now):
    attempt = make_running(now, lifetime=30)
    program.post(f"/exams/{attempt.exam_id}/allowances", learner=attempt.user.username, additional_time=5)
    (active,) = program.get(f"/learners/{attempt.user_id}/active-exams")
    assert (active["exam"]["id"], active["attempt"]["id"], active["allowance"]["additional_time"]) == (
        attempt.exam_id, attempt.id, 5,
    )  # fmt: skip


# reviews


def test_a_person_concludes_by_a_program(client, time, now):
    owner = make_user(now, role=SiteRole.administrator)
    program = Program(client, owner=owner)
    exam = make_exam(now, addons=frozenset({Addon.track}), metrics={Metric.c2: 1})
    moments = {"started_at": now, "stopped_at": now + timedelta(minutes=2), "config_version": 1}
    attempt = make_attempt(now, exam=exam, status=Status.submitted, **moments)
    path = f"/attempts/{attempt.id}/reviews"
    program.post(path, verdict="negative")
    problem(program, 422, "reason_missing")
    program.post(path, verdict="negative", reason="help_from_others")
    problem(program, 409, "evidence_unopened")
    program.post(f"/attempts/{attempt.id}/remarks", kind="incident", text="A voice")
    problem(program, 422, "cause_missing")
    flag = Flag(
        attempt_id=attempt.id, metric=Metric.c2, starts_at=now, ends_at=now + timedelta(seconds=40),
        violated_ms=40_000, pieces=[],
    )  # fmt: skip
    db.session.add(flag)
    db.session.commit()
    judged = program("PUT", f"/attempts/{attempt.id}/flags/{flag.id}", json={"disposition": "dismissed"})
    assert (judged["disposition"], judged["seconds"]) == ("dismissed", 40)
    program.post(path, verdict="negative", reason="help_from_others")
    problem(program, 409, "nothing_confirmed")
    written = {"kind": "incident", "cause": "learner", "text": "A voice", "moment": now.isoformat()}
    assert program.post(f"/attempts/{attempt.id}/remarks", **written)["author_id"] == owner.id
    made = program.post(path, verdict="negative", reason="help_from_others", comment="See 10:44")
    assert program.last.status_code == 201
    assert (made["found"], made["reason"], made["reviewer_id"], made["source"]) == (
        "negative", "help_from_others", owner.id, "person",
    )  # fmt: skip
    assert attempt.status == Status.rejected
    assert [row["comment"] for row in program.get(path)] == ["See 10:44"]


def test_a_verdict_is_a_persons_who_may_give_it(client, time, now):
    attempt = make_submitted(now)
    for options, code in (({}, "bearer_owner"), ({"owner": make_user(now)}, "reviewer")):
        program = Program(client, **options)
        program.post(f"/attempts/{attempt.id}/reviews", verdict="positive")
        problem(program, 403, code)
    teacher = make_user(now)
    db.session.add(
        CourseMember(
            course_id=attempt.exam.course_id, user_id=teacher.id, part=Part.learner, launched_part=Part.assistant
        )
    )
    assert (
        Program(client, owner=teacher).post(f"/attempts/{attempt.id}/reviews", verdict="positive")["found"]
        == "positive"
    )


# webhooks


def test_webhooks_are_added_switched_and_removed(client, time, now):
    course = make_course(now)
    program, other = Program(client, course=course), Program(client)
    made = program.post("/webhooks", url="https://receiver.example/", events=["attempt.changed"])
    assert program.last.status_code == 201
    assert made["secret"].startswith("whsec_")
    assert made["course_id"] == course.id  # a token of one course hears of nothing else
    (listed,) = program.get("/webhooks")
    assert "secret" not in listed
    assert program("PATCH", f"/webhooks/{made['id']}", json={"is_active": False})["is_active"] is False
    site = other.post("/webhooks", url="https://receiver.example/", events=["attempt.changed"])
    assert site["course_id"] is None
    program("DELETE", f"/webhooks/{site['id']}")
    problem(program, 404, "webhook")
    program("DELETE", f"/webhooks/{made['id']}")
    assert program.last.status_code == 204
    program.post("/webhooks", url="http://receiver.example/", events=["attempt.changed"])
    problem(program, 422, "webhook_url")
    program.post("/webhooks", url="https://receiver.example/", events=["exam.burnt"])
    assert "exam.saved" in problem(program, 422, "webhook_events")["context"]["events"]


# courses


def test_the_outline_of_a_course_has_words_in_the_reader_s_language(program, attempt):
    (item,) = program.get(f"/courses/{attempt.exam.course_id}/outline", learner=attempt.user_id)
    assert (item["short_description"], item["suggested_icon"], item["in_completed_state"]) == (
        "Taken with proctoring", "play", False,
    )  # fmt: skip
    assert program.get(f"/courses/{attempt.exam.course_id}/violations")["total"] == 1
    assert program.get(f"/courses/{attempt.exam.course_id}/onboarding/{attempt.user_id}")["state"] == "not_started"
