from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.exams import allowances
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.allowances import Extra
from lti_proctor.exams.config import ExamConfig, Preset, preset_of
from lti_proctor.exams.models import Exam, ExamVersion
from lti_proctor.extensions import db
from lti_proctor.platforms.models import Course, Deployment, ResourceLink
from tests.factories import STAFF, make_course, make_exam, make_platform, make_user


def change(exam, now, *, title="Final", kind=Kind.proctored, **config):
    exams.change_exam(exam, title=title, kind=kind, config=ExamConfig(**config), actor=STAFF, now=now)


def versions(exam):
    query = select(ExamVersion.version).where(ExamVersion.exam_id == exam.id).order_by(ExamVersion.version)
    return list(db.session.scalars(query))


def link_in(course, link_id="link", **values):
    link = ResourceLink(deployment_id=course.deployment_id, course_id=course.id, link_id=link_id, scopes=[], **values)
    db.session.add(link)
    db.session.flush()
    return link


def find(link, now, *, identifier=None, template=None, title="The link's title", ancestors=()):
    wanted = exams.Wanted(identifier, ancestors, template, title)
    return exams.exam_for_link(link, wanted, actor=STAFF, now=now)


def test_a_new_exam_is_in_its_first_version(app, now):
    exam = make_exam(now, title="  Final \n exam ", lifetime=60)
    assert (exam.title, exam.version, versions(exam)) == ("Final exam", 1, [1])
    assert exam.config.lifetime == 60
    assert [e.action for e in journal.entries_of(f"exam:{exam.id}")] == ["exam.created"]


def test_identifiers_can_not_be_guessed(app, now):
    course = make_course(now)
    identifiers = {make_exam(now, course).identifier for _ in range(20)}
    assert len(identifiers) == 20
    assert min(map(len, identifiers)) >= 24


def test_a_change_makes_a_version_and_says_what_was_before_and_after(app, now):
    exam = make_exam(now, lifetime=60)
    change(exam, now, lifetime=90, close_at=now + timedelta(days=1))
    assert (exam.version, versions(exam), exam.closes_at) == (2, [1, 2], now + timedelta(days=1))
    entry = journal.entries_of(f"exam:{exam.id}")[-1]
    assert (entry.action, entry.data["version"]) == ("exam.changed", 2)
    assert set(entry.data["before"]) == set(entry.data["after"]) == {"lifetime", "close_at"}
    assert (entry.data["before"]["lifetime"], entry.data["after"]["lifetime"]) == (60, 90)


def test_a_new_title_alone_is_written_down_and_makes_no_version(app, now):
    exam = make_exam(now)
    change(exam, now, title="Retake")
    assert (exam.title, exam.version) == ("Retake", 1)
    assert journal.entries_of(f"exam:{exam.id}")[-1].data["after"] == {"title": "Retake"}


def test_saving_without_a_change_leaves_no_trace(app, now):
    exam = make_exam(now, lifetime=60)
    change(exam, now, lifetime=60)
    assert (exam.version, len(journal.entries_of(f"exam:{exam.id}"))) == (1, 1)


def test_an_earlier_version_can_still_be_read(app, now):
    exam = make_exam(now, lifetime=60)
    change(exam, now, lifetime=90)
    db.session.flush()
    assert [exams.config_at(exam, version).lifetime for version in (1, 2, None)] == [60, 90, 90]


# the exam behind a link


def test_a_link_keeps_the_exam_it_has(app, now):
    exam, other = make_exam(now), make_exam(now)
    link = link_in(exam.course, exam_id=exam.id)
    assert find(link, now, identifier=other.identifier, template="x").id == exam.id


def test_a_link_made_by_deep_linking_finds_its_exam(app, now):
    exam = make_exam(now)
    link = link_in(exam.course)
    assert find(link, now, identifier=exam.identifier).id == exam.id
    assert link.exam_id == exam.id


def test_a_copied_course_gets_a_copy_of_the_exam(app, now):
    exam = make_exam(now, title="Midterm", kind=Kind.timed, lifetime=45)
    copy_course = make_course(now, exam.course.deployment.registration)
    link = link_in(copy_course)
    copy = find(link, now, identifier=exam.identifier)
    assert copy.id != exam.id
    assert (copy.title, copy.kind, copy.config) == (exam.title, exam.kind, exam.config)
    assert (copy.course_id, copy.copied_from) == (copy_course.id, exam.identifier)
    assert find(link, now, identifier=exam.identifier).id == copy.id


def test_a_platform_can_not_use_the_exam_of_another_one(app, now):
    exam = make_exam(now, title="Secret")
    foreign = make_course(now, make_platform(now, issuer="https://other.example", client_id="x"))
    found = find(link_in(foreign), now, identifier=exam.identifier)
    assert (found.id != exam.id, found.title, found.copied_from) == (True, "The link's title", None)


def test_another_deployment_of_the_same_platform_is_another_tenant(app, now):
    exam = make_exam(now, title="Secret")
    platform = exam.course.deployment.registration
    platform.deployments.append(Deployment(deployment_id="2"))
    db.session.flush()
    elsewhere = Course(deployment_id=platform.deployments[1].id, context_id="c-far", label="", title="")
    db.session.add(elsewhere)
    db.session.flush()
    found = find(link_in(elsewhere), now, identifier=exam.identifier)
    assert (found.title, found.copied_from) == ("The link's title", None)


@pytest.mark.parametrize(
    ("ancestors", "is_found"),
    [(("old",), True), (("unknown", " old "), True), (("",), False), ((), False), (("x" * 300,), False)],
)
def test_a_copied_link_without_parameters_finds_the_exam_of_its_ancestor(app, now, ancestors, is_found):
    exam = make_exam(now, title="Midterm")
    link_in(exam.course, "old", exam_id=exam.id)
    copy_course = make_course(now, exam.course.deployment.registration)
    found = find(link_in(copy_course, "new"), now, ancestors=ancestors)
    assert (found.copied_from == exam.identifier) is is_found
    assert found.id != exam.id


def test_the_nearest_ancestor_counts(app, now):
    first, second = make_exam(now, title="First"), make_exam(now, title="Second")
    second.course_id = first.course_id
    db.session.flush()
    link_in(first.course, "old", exam_id=first.id)
    link_in(first.course, "older", exam_id=second.id)
    copy_course = make_course(now, first.course.deployment.registration)
    assert find(link_in(copy_course, "new"), now, ancestors=("older", "old")).title == "Second"


def test_an_exam_whose_course_is_gone_is_used_by_nobody(app, now):
    exam = make_exam(now)
    course = exam.course
    exam.course_id = exam.course = None
    db.session.flush()
    assert find(link_in(course), now, identifier=exam.identifier).id != exam.id


def save(identifier, now, *, kind=Kind.proctored, title="", **config):
    return exams.save_template(identifier, title=title, kind=kind, config=ExamConfig(**config), actor=STAFF, now=now)


def test_a_link_may_name_a_template(app, now):
    save("quiz", now, kind=Kind.timed, title="A quiz", lifetime=20)
    save("default", now, lifetime=90)
    exam = find(link_in(make_course(now)), now, template="quiz")
    assert (exam.template, exam.kind, exam.config.lifetime, exam.title) == ("quiz", Kind.timed, 20, "The link's title")


def test_an_unknown_template_falls_back_to_the_default_one(app, now):
    save("default", now, lifetime=90)
    exam = find(link_in(make_course(now)), now, template="nonsense", title="")
    assert (exam.template, exam.config.lifetime, exam.title) == ("default", 90, "default")


@pytest.mark.parametrize("template", [None, "", "nonsense"])
def test_without_any_template_there_is_a_harmless_exam(app, now, template):
    exam = find(link_in(make_course(now)), now, template=template, title="")
    assert (exam.template, preset_of(exam.config), exam.title) == ("default", Preset.honour, "–")


def test_an_identifier_nobody_gave_out_leads_to_the_template(app, now):
    save("default", now, lifetime=90)
    assert find(link_in(make_course(now)), now, identifier="guess").config.lifetime == 90


def test_a_template_is_made_once_and_brought_up_to_date(app, now):
    first, second = save("quiz", now, lifetime=20), save("quiz", now, lifetime=30)
    assert (first.id, second.config.lifetime) == (second.id, 30)
    actions = [e.action for e in journal.entries_of(f"template:{first.id}")]
    assert actions == ["template.added", "template.changed"]
    assert exams.get_template("quiz").id == first.id
    with pytest.raises(NotFound):
        exams.get_template("nonsense")


def test_a_changed_template_leaves_the_exams_it_made(app, now):
    save("default", now, lifetime=20)
    exam = find(link_in(make_course(now)), now)
    save("default", now, lifetime=30)
    assert exam.config.lifetime == 20


def test_the_exams_of_a_course_are_the_active_ones_newest_first(app, now):
    course = make_course(now)
    old, new = make_exam(now, course), make_exam(now + timedelta(minutes=1), course)
    gone = make_exam(now, course)
    gone.is_active = False
    make_exam(now)
    db.session.flush()
    assert [exam.id for exam in exams.exams_of(course)] == [new.id, old.id]


# allowances


def grant(exam, user, now, minutes=0, factor="1"):
    return allowances.grant(exam, user, Extra(minutes, Decimal(factor)), actor=STAFF, now=now)


def test_a_learner_has_one_allowance_in_an_exam(app, now):
    exam, user = make_exam(now), make_user(now)
    assert allowances.allowance_of(exam.id, user.id) is None
    first, second = grant(exam, user, now, 10), grant(exam, user, now, 20, "1.5")
    assert (first.id, second.extra_minutes, second.factor) == (second.id, 20, Decimal("1.5"))
    assert [a.id for a in allowances.allowances_of(exam)] == [first.id]
    entry = journal.entries_of(f"exam:{exam.id}")[-1]
    assert (entry.action, entry.data) == (
        "allowance.granted",
        {"user": user.id, "extra_minutes": 20, "factor": "1.5", "has_exception": False},
    )


@pytest.mark.parametrize(("minutes", "factor"), [(-1, "1"), (10_001, "1"), (0, "0.99"), (0, "10.01"), (0, "-3")])
def test_an_allowance_never_takes_time_away_and_has_a_limit(app, now, minutes, factor):
    exam, user = make_exam(now), make_user(now)
    with pytest.raises(Invalid):
        grant(exam, user, now, minutes, factor)
    assert allowances.allowance_of(exam.id, user.id) is None


def test_removing_a_course_leaves_its_exams(app, now):
    exam = make_exam(now)
    db.session.commit()
    db.session.delete(exam.course)
    db.session.commit()
    assert db.session.get(Exam, exam.id).course is None
