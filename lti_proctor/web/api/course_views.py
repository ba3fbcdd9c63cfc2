"""What is told of a whole course, and the providers."""

from flask import Blueprint

from lti_proctor import api
from lti_proctor.api.data import OnboardingData, Page, ProviderData, Violation
from lti_proctor.people.scopes import Scope
from lti_proctor.web.api import access, bodies
from lti_proctor.web.api.routes import route
from lti_proctor.web.outline_words import SUMMARIES


def add_to(bp: Blueprint) -> None:
    course, onboarding = "/courses/<int:course_id>", Scope.onboarding_read
    route(bp, f"GET {course}/onboarding", onboarding_of_course, onboarding, tag="Onboarding")
    route(bp, f"GET {course}/onboarding/<int:user_id>", onboarding_of, onboarding, tag="Onboarding")
    route(bp, f"GET {course}/outline", course_outline, Scope.attempts_read, tag="Courses")
    route(bp, f"GET {course}/violations", violations, Scope.reviews_read, tag="Courses")
    route(bp, "GET /providers", list_providers, Scope.providers_read, tag="Providers")
    route(bp, "GET /exams/<int:exam_id>/dashboard", dashboard_address, Scope.providers_read, tag="Providers")


def onboarding_of_course(course_id: int, query: bodies.OnboardingQuery) -> Page[OnboardingData]:
    """Where the onboarding of each learner on the roster stands, by user name."""
    course = access.load_course(course_id)
    return api.onboarding_of_course(
        course.id, states=query.state, search=query.learner, page=query.page, limit=query.limit
    )


def onboarding_of(course_id: int, user_id: int) -> OnboardingData:
    """Where one learner's onboarding stands."""
    course = access.load_course(course_id)
    return api.onboarding_of(course.id, access.load_learner(user_id, course.id).id)


def course_outline(course_id: int, query: bodies.OutlineQuery) -> list[bodies.OutlineShown]:
    """What the outline of a course shows of each exam to one learner."""
    course = access.load_course(course_id)
    items = api.course_outline(course.id, access.load_learner(query.learner, course.id).id)
    return [
        bodies.OutlineShown(
            exam_id=item.exam_id, title=item.title, kind=item.kind, status=item.status, summary=item.summary.value,
            short_description=str(SUMMARIES[item.summary]), suggested_icon=item.icon, in_completed_state=item.is_done,
        )
        for item in items
    ]  # fmt: skip


def violations(course_id: int, query: bodies.ViolationQuery) -> Page[Violation]:
    """Every attempt of a course with what was found, by the exam's title.

    Remarks of providers are counted and listed by their status.
    """
    course = access.load_course(course_id)
    return api.violations(course.id, include_practice=query.include_practice, page=query.page, limit=query.limit)


def list_providers() -> list[ProviderData]:
    """The providers that the site's settings name, and what is wrong with those that can't be used."""
    return api.list_providers()


def dashboard_address(exam_id: int, query: bodies.DashboardQuery) -> bodies.Dashboard:
    """Where the token's owner looks at the provider's own pages of an exam, or of one attempt."""
    exam, owner = access.load_exam(exam_id), access.person()
    attempt_id = access.load_attempt(query.attempt).id if query.attempt is not None else None
    address = api.dashboard_address(exam.id, by=owner, attempt_id=attempt_id, is_configuration=query.configuration)
    return bodies.Dashboard(address=address)
