"""Exams: made, changed, put away, read; their policy, and what front ends need of them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from lti_proctor import clock
from lti_proctor.api.data import CourseData, ExamData, ExamSettings, Page, Policy, ProviderSupport
from lti_proctor.api.shared import PAGE_SIZE, exam_data, get, is_past, minutes, page_of, staff
from lti_proctor.attempts import timing
from lti_proctor.backends import backends
from lti_proctor.errors import Invalid
from lti_proctor.exams import service
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.allowances import allowance_of
from lti_proctor.exams.config import ExamConfig, place_problem
from lti_proctor.exams.models import Exam
from lti_proctor.extensions import current_settings, db
from lti_proctor.people.models import User
from lti_proctor.platforms.models import Course
from lti_proctor.providers.registry import providers

_LINKS = ("contact_us", "faq", "online_proctoring_rules", "tech_requirements")


def create_exam(
    course_id: int, title: str, kind: Kind = Kind.proctored, config: Mapping[str, Any] | None = None, *,
    template: str = "", by: int | None = None,
) -> ExamData:  # fmt: skip
    """A new exam in a course. `config` names what differs from the template, or without one from an empty exam.

    Raises `NotFound`: `course`, `template`; `Invalid("fields", fields=…)` and the codes of `place_problem`; `Refused`:
    `provider_missing`, `provider_broken`.
    """
    course, found = get(Course, course_id, "course"), service.get_template(template) if template else None
    read = _config(found.config if found else ExamConfig(), config or {}, kind)
    exam = service.create_exam(
        title=title, kind=kind, config=read, course_id=course.id, actor=staff(by), now=clock.now(), template=template
    )
    return exam_data(exam)


def change_exam(
    exam_id: int, *, title: str | None = None, kind: Kind | None = None, config: Mapping[str, Any] | None = None,
    by: int | None = None,
) -> ExamData:  # fmt: skip
    """Change what is named; all else stays. Attempts that run keep the version they started with. Raises as
    `create_exam` does.
    """
    exam = get(Exam, exam_id, "exam")
    read = _config(exam.config, config or {}, kind or exam.kind)
    service.change_exam(
        exam, title=exam.title if title is None else title, kind=kind or exam.kind, config=read, actor=staff(by),
        now=clock.now(),
    )  # fmt: skip
    return exam_data(exam)


def set_exam_active(exam_id: int, is_active: bool, *, by: int | None = None) -> ExamData:
    """Put an exam away (lists leave it out, its provider is told) or take it out again; its attempts stay."""
    exam = get(Exam, exam_id, "exam")
    service.set_active(exam, is_active, actor=staff(by), now=clock.now())
    return exam_data(exam)


def get_exam(exam_id: int) -> ExamData:
    """Raises `NotFound("exam")`."""
    return exam_data(get(Exam, exam_id, "exam"))


def find_exam(identifier: str) -> ExamData | None:
    """By the opaque value that deep links carry as custom parameter `exam`."""
    found = db.session.scalars(select(Exam).where(Exam.identifier == identifier)).one_or_none()
    return exam_data(found) if found else None


def list_exams(
    course_id: int | None = None, *, kind: Kind | None = None, active_only: bool = True, page: int = 1,
    limit: int = PAGE_SIZE,
) -> Page[ExamData]:  # fmt: skip
    """Oldest first. Raises `Invalid("page_range")`."""
    query = select(Exam).order_by(Exam.id)
    if course_id is not None:
        query = query.where(Exam.course_id == course_id)
    if kind is not None:
        query = query.where(Exam.kind == kind)
    return page_of(query.where(Exam.is_active) if active_only else query, page, limit, exam_data)


def is_past_due(exam_id: int, user_id: int | None = None) -> bool:
    """Whether an exam has closed, for one learner with what they are allowed."""
    exam = get(Exam, exam_id, "exam")
    return is_past(timing.close_for(exam.config.close_at, exam.config.lifetime, _extra(exam, user_id)))


def allowed_minutes(exam_id: int, user_id: int | None = None) -> int | None:
    """The time for an exam in whole minutes, for one learner with what they are allowed; None without a limit."""
    exam = get(Exam, exam_id, "exam")
    return minutes(exam.config.lifetime, _extra(exam, user_id))


def get_policy(exam_id: int) -> Policy:
    """The rules of an exam, or the site's own where it has none."""
    config = get(Exam, exam_id, "exam").config
    default = current_settings().proctoring_settings.DEFAULT_REVIEW_POLICY
    return Policy(rules=config.rules or default, rules_url=config.rules_url, is_default=not config.rules)


def set_policy(exam_id: int, rules: str, rules_url: str = "", *, by: int | None = None) -> Policy:
    """Write the rules of an exam. Raises `Invalid("fields")` for text that is too long or holds control characters."""
    change_exam(exam_id, config={"rules": rules, "rules_url": rules_url}, by=by)
    return get_policy(exam_id)


def remove_policy(exam_id: int, *, by: int | None = None) -> Policy:
    """Back to the site's own rules."""
    return set_policy(exam_id, "", by=by)


def exam_settings(exam_id: int) -> ExamSettings:
    """What a front end of learners needs: whom to ask, links, the provider with its support, the rules."""
    exam, settings = get(Exam, exam_id, "exam"), current_settings()
    links = {name: getattr(settings, f"link_{name}") for name in _LINKS} | settings.proctoring_settings.LINK_URLS
    provider = None if exam.kind == Kind.timed else _support(backends().chosen(exam.config.provider))
    return ExamSettings(
        site_name=settings.site_name,
        contact_email=settings.contact_email,
        escalation_email=exam.config.escalation_email,
        link_urls={name: url for name, url in links.items() if url},
        provider=provider,
        policy=get_policy(exam_id),
    )


def _support(name: str) -> ProviderSupport | None:
    provider = providers().get(name)
    if provider is None:
        return None
    options = provider.options
    return ProviderSupport(
        name=name,
        verbose_name=provider.shown_name,
        tech_support_email=options.tech_support_email,
        tech_support_phone=options.tech_support_phone,
        learner_notification_from_email=options.learner_notification_from_email,
        integration_specific_email=options.integration_specific_email,
        help_center_article_url=options.help_center_article_url,
        software_download_url=options.software_download_url,
        ping_seconds=provider.ping_seconds,
    )


def _extra(exam: Exam, user_id: int | None) -> timing.ExtraTime:
    if user_id is None:
        return timing.NO_EXTRA
    get(User, user_id, "learner")
    found = allowance_of(exam.id, user_id)
    return timing.ExtraTime(found.extra_minutes, found.factor) if found else timing.NO_EXTRA


def _config(before: ExamConfig, named: Mapping[str, Any], kind: Kind) -> ExamConfig:
    """The configuration with what is named, checked as the editor checks it."""
    if "is_outside" in named:
        raise Invalid("fields", fields={"config.is_outside": "extra_forbidden"})
    try:
        config = ExamConfig.model_validate({**before.model_dump(), **named})
    except ValidationError as error:
        fields = {".".join(["config", *map(str, e["loc"])]): e["msg"] for e in error.errors()}
        raise Invalid("fields", fields=fields) from None
    if problem := place_problem(config, current_settings().base_url):
        raise Invalid("fields", fields={"config.url": problem.value})
    if kind != Kind.timed and config.provider and config.provider != before.provider:
        backends().get(config.provider)
    if service.lacks_escalation_email(config, kind):
        raise Invalid("fields", fields={"config.escalation_email": "missing"})
    return config


def list_courses(*, course_id: int | None = None, page: int = 1, limit: int = PAGE_SIZE) -> Page[CourseData]:
    """The courses that launches came from, oldest first. Raises `Invalid("page_range")`."""
    query = select(Course).order_by(Course.id)
    return page_of(query.where(Course.id == course_id) if course_id else query, page, limit, _course)


def _course(row: Course) -> CourseData:
    platform = row.deployment.registration.name
    return CourseData(id=row.id, context_id=row.context_id, label=row.label, title=row.title, platform=platform)


def get_course_exams(course_id: int) -> list[Exam]:
    """The active exams of a course as rows, for the other parts of the interface. Raises `NotFound("course")`."""
    return service.exams_of(get(Course, course_id, "course"))
