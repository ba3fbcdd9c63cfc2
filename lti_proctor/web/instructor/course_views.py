"""Pages of a whole course: its exams, and where the onboarding of its learners stands."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from lti_proctor import clock
from lti_proctor.attempts import onboarding
from lti_proctor.attempts.onboarding import Standing, State
from lti_proctor.errors import NotFound
from lti_proctor.exams import service as exams
from lti_proctor.people.models import User
from lti_proctor.people.roles import Permission
from lti_proctor.platforms.models import Course
from lti_proctor.web.access import load_course, may
from lti_proctor.web.onboarding_words import ONBOARDING

PAGE_SIZE = 50


@dataclass(frozen=True)
class Learners:
    """One page of learners with their standings, and how many there are in each state. `shown` None: all of them."""

    rows: list[tuple[User, Standing]]
    counts: Mapping[State, int]
    shown: State | None
    search: str
    page: int
    pages: int
    total: int
    #: In all states together.
    all: int


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/courses/<int:course_id>", "course", course)
    bp.add_url_rule("/courses/<int:course_id>/onboarding", "onboarding", onboarded)


def course(course_id: int) -> str:
    """The exams of a course."""
    found = load_course(course_id, Permission.exam_view)
    return render_template("instructor/course.html", **course_tabs(found, "exams"), exams=exams.exams_of(found))


def onboarded(course_id: int) -> str:
    """Where the onboarding of each learner stands, with filters that the address holds."""
    found = load_course(course_id, Permission.attempt_view)
    kept = onboarding.onboarding_exams(found.id)
    if not all(may(Permission.attempt_view, exam=exam) for exam in kept):
        raise NotFound("page")
    search = request.args.get("q", "").replace("\0", "").strip()
    standings = onboarding.of_course(found.id, clock.now(), search=search)
    learners = _learners(standings, search, request.args.get("show", ""), request.args.get("page", 1, int))
    values = {"kept": kept, "learners": learners, "words": ONBOARDING}
    return render_template("instructor/onboarding.html", **course_tabs(found, "onboarding"), **values)


def _learners(found: list[tuple[User, Standing]], search: str, show: str, page: int) -> Learners:
    counts = Counter(standing.state for _user, standing in found)
    shown = State(show) if show in set(State) else None
    rows = [(user, standing) for user, standing in found if shown is None or standing.state == shown]
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    cut = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    in_order = {state: counts[state] for state in ONBOARDING if counts[state] or state == shown}
    return Learners(cut, in_order, shown, search, page, pages, len(rows), len(found))


def course_tabs(found: Course, current: str) -> dict[str, Any]:
    """The head of a course's pages."""
    return {
        "course": found,
        "tab": current,
        "has_onboarding": bool(onboarding.onboarding_exams(found.id)),
        "may_review": may(Permission.attempt_review, course_id=found.id),
    }
