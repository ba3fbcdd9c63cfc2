"""Every page in every state: no accessibility violation, no sideways scrolling at 390 px, a quiet console."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from lti_proctor import clock, journal, outbox
from lti_proctor.attempts import allowing, booking, commands
from lti_proctor.attempts.accommodating import spread
from lti_proctor.attempts.control import Action, Command
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Assessment
from lti_proctor.evidence import service as evidence
from lti_proctor.exams import accommodations, sparing
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.allowances import Extra
from lti_proctor.exams.config import ExamConfig, Preset, with_preset
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring.models import MinuteSample
from lti_proctor.people import service as people
from lti_proctor.people.models import CourseMember, User
from lti_proctor.people.roles import Part
from lti_proctor.people.scopes import Scope
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.people.tokens import make_token
from lti_proctor.platforms.invites import make_invite
from lti_proctor.platforms.models import Course
from lti_proctor.platforms.service import get_registration
from lti_proctor.review.models import Conclusion, Reason, Verdict
from lti_proctor.schedule import service as schedule
from lti_proctor.web.learner.interstitials import PAGE
from tests.browser.conftest import AXE, OF_LOOKS, Site, axe, demo_app
from tests.browser.worlds import chats
from tests.factories import STAFF, make_attempt, make_course, make_exam, make_link, make_platform, make_user

LOOKS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "narrow, dark, right to left": {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark", "locale": "ar"},
}


@dataclass(frozen=True)
class Filled:
    """Paths of pages, and the tokens of a learner, a teacher and an administrator who may see them."""

    learner: str
    teacher: str
    administrator: str
    statuses: dict[str, str]
    steps: dict[str, str]
    staff: dict[str, str]
    console: dict[str, str]


@pytest.fixture(scope="module")
def filled(site: Site) -> Filled:
    """One attempt in each status of each kind that has a page of its own, in the running demo's database."""
    app = demo_app(site, queue_url="memory:")
    with app.app_context():
        return _fill(app, site)


def _fill(_app: Flask, site: Site) -> Filled:
    now = clock.now()
    platform = get_registration(site.lms, "sandbox-client")
    course, other_course = make_course(now, platform), make_course(now, platform)
    config = with_preset(
        ExamConfig(url=f"{site.lms}/quiz/", lifetime=45, attempt=1, may_decline=True), Preset.supervised
    )
    values = {**config.model_dump(), "addons": config.addons | {Addon.upload, Addon.auto}}
    learner, teacher = make_user(now, name="Inés Márquez"), make_user(now, name="Hanna Lindqvist")
    administrator = make_user(now, name="Admin", role=SiteRole.administrator)
    statuses = _in_each_status(now, course, learner, values)
    exam = make_exam(now, course, title="Steps", **{**values, "addons": values["addons"] | {Addon.proctor}})
    row = accommodations.grant(
        exam, learner, sparing.read([], sparing.Need), in_course=True, note="Agreed on 3 May.", actor=STAFF, now=now
    )
    fresh = make_attempt(now, exam=exam, user=learner, status=Status.download_software_clicked)
    steps = {step: f"/attempts/{fresh.id}/steps/{step}" for step in ("rules", "check", "face", "passport")}
    steps |= _second_camera(now, course, learner)
    spread(row, actor=STAFF, now=now)
    steps["no proctor is there"] = _alone(now, course, learner)
    appointments, scheduled = _appointments(now, course, learner)
    steps |= appointments
    empty = make_exam(now, course, title="Nobody yet", **values)
    reviewed = make_attempt(
        now, exam=exam, user=make_user(now, name="ليلى حداد"), status=Status.submitted, started_at=now, stopped_at=now
    )
    elsewhere = make_exam(now, other_course, title="No roster", **values)
    exception = "May use a dictionary on paper, with notes in it."
    for user in (learner, reviewed.user):
        allowing.grant(exam, user, Extra(15, Decimal("1.5"), exception), actor=STAFF, now=now)
    _enrol(course, [learner, reviewed.user, make_user(now, name="Jonas Berg")], now)
    staff = {
        "course": f"/courses/{course.id}",
        "attempts": f"/exams/{exam.id}",
        "nobody yet": f"/exams/{empty.id}",
        "nothing found": f"/exams/{exam.id}?q=nobody",
        "settings": f"/exams/{exam.id}/settings",
        "allowances": f"/exams/{exam.id}/allowances",
        "onboarding": f"/courses/{course.id}/onboarding",
        "accommodations": f"/exams/{exam.id}/accommodations",
        "an accommodation": f"/exams/{exam.id}/accommodations?change={row.id}",
        "appointments": f"/exams/{scheduled}/slots",
        "appointments without any": f"/exams/{empty.id}/slots",
        "gradebook queue": f"/exams/{exam.id}/grades",
        "roster": f"/exams/{exam.id}/roster",
        "roster that is not shared": f"/exams/{elsewhere.id}/roster",
        "attempt": f"/exams/{exam.id}/attempts/{reviewed.id}",
    }
    in_lms, of_lms = _in_lms(now, course, learner, values)
    statuses |= in_lms | _receipts(now, statuses[f"{Kind.proctored} {Status.verified}"])
    staff |= {"attempt at an exam of the LMS": of_lms, **chats(statuses["proctored paused"], staff["attempt"], now)}
    data = {"parts": {str(course.id): "learner"}}
    teaches = {"parts": {str(course.id): "instructor", str(elsewhere.course_id): "instructor"}}
    tokens = [people.new_token() for _ in range(3)]
    people.open_sign_in(tokens[0], user_id=learner.id, data=data, hours=1, now=now)
    people.open_sign_in(tokens[1], user_id=teacher.id, data=teaches, hours=1, now=now)
    people.open_sign_in(tokens[2], user_id=administrator.id, data={}, hours=1, now=now)
    db.session.commit()
    return Filled(*tokens, statuses, steps, staff, _console(now))


def _in_each_status(now: datetime, course: Course, learner: User, values: dict[str, Any]) -> dict[str, str]:
    """The pages of an attempt in each status of each kind that has one of its own."""
    seen: set[str] = set()
    statuses = {}
    for (kind, status), page in PAGE.items():
        if page in seen and status != Status.created:
            continue
        seen.add(page)
        exam = make_exam(now, course, kind=kind, title=f"{kind.value.title()} in statistics", **values)
        attempt = make_attempt(
            now, exam=exam, user=learner, link=make_link(exam, line_item_url=None, line_items_url=None), status=status
        )
        _dress(attempt, status)
        statuses[f"{kind} {status}"] = f"/attempts/{attempt.id}"
    return statuses


def _receipts(now: datetime, path: str) -> dict[str, str]:
    """The page of a record, with a receipt that fits and with one that does not."""
    journal.record(STAFF, "review.opened", f"attempt:{path.rsplit('/', 1)[1]}", {}, now)
    fits = journal.receipt(f"attempt:{path.rsplit('/', 1)[1]}")
    return {f"record, {name}": f"{path}/record?receipt={given}" for name, given in (("fits", fits), ("not", "0" * 20))}


def _alone(now: datetime, course: Course, learner: User) -> str:
    """The page of a learner who waits for a proctor."""
    exam = make_exam(now, course, title="Nobody is there", addons=frozenset({Addon.proctor}), may_decline=True)
    waiting = make_attempt(now, exam=exam, user=learner, status=Status.download_software_clicked)
    return f"/attempts/{waiting.id}"


def _appointments(now: datetime, course: Course, learner: User) -> tuple[dict[str, str], int]:
    """The pages of a time that is to be chosen, booked, changed, missed, or near; and an exam with bookings."""
    proctor = make_user(now, name="Petra Sandoval", role=SiteRole.proctor, username="petra")
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    for day in range(3):
        begins = start + timedelta(days=day)
        schedule.add_slots(proctor, begins, begins + timedelta(hours=3), actor=STAFF, now=now)
    found = {}
    begins = {"booked": start, "near": now + timedelta(hours=1), "missed": now - timedelta(hours=9)}
    for name in ("to choose", "no free time", *begins):
        invites = {"logins": ("nobody" if name == "no free time" else "petra",)}
        exam = make_exam(now, course, title="At your time", lifetime=45, addons={Addon.schedule}, invites=invites)
        attempt = make_attempt(now, exam=exam, user=learner, status=Status.download_software_clicked)
        if name in begins:
            booking.book(attempt, start, actor=Actor(Role.learner, learner.id), now=now)
            row = schedule.booking_of(attempt.id)
            assert row is not None
            row.starts_at, row.ends_at = begins[name], begins[name] + timedelta(minutes=45)
        found[f"a time {name}"] = f"/attempts/{attempt.id}"
    found["a time changed"] = f"{found['a time booked']}?change=1"
    return found, exam.id


def _in_lms(now: datetime, course: Course, learner: User, values: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Attempts at an exam that the LMS gives itself, and the page for staff of one with calls in each state."""
    pages, last = {}, 0
    for status in (Status.created, Status.ready_to_start, Status.started, Status.ready_to_submit, Status.submitted):
        exam = make_exam(now, course, title="An exam of the course system", **values)
        attempt = make_attempt(now, exam=exam, user=learner, status=status, link=make_link(exam))
        _dress(attempt, status)
        attempt.assessment = Assessment(
            session_data="s", start_url="https://lms.example/start", echoed={}, control_url="https://lms.example/acs",
            control_actions=list(Action), sent_at=now, problem="Broken." if status == Status.submitted else None,
        )  # fmt: skip
        db.session.flush()
        pages[f"in the LMS, {status}"] = f"/attempts/{attempt.id}"
        last = attempt.id
    commands.put(attempt, Command(Action.update, 0.0, "more_time", "The alarm rang", 15), now=now)
    commands.put(attempt, Command(Action.flag, 0.5, "flagged", "A second person"), now=now)
    db.session.flush()
    first, second = outbox.of(f"attempt:{last}")
    first.state, first.payload = outbox.State.done, {**first.payload, "answer": {"status": "running"}}
    second.state, second.last_error = outbox.State.aside, "control_status_403"
    return pages, f"/exams/{attempt.exam_id}/attempts/{last}"


def _console(now: datetime) -> dict[str, str]:
    """A platform that waits, with long values and roles of its own, and an open invitation."""
    issuer, client_id = "https://lms.a-very-long-name-of-a-university.example", "9c1f" * 16
    waiting = make_platform(now, issuer=issuer, client_id=client_id, deployment_ids=("1", "2:" + "ab" * 20))
    staff = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"
    waiting.is_active, waiting.role_map = False, {"Mentor": "assistant", staff: "learner"}
    make_invite(hours=5, approves=True, note="Northfield University", actor=STAFF, now=now)
    make_token("A grade book with a long name", list(Scope), days=None, actor=STAFF, now=now)
    db.session.commit()
    base = f"/admin/platforms/{waiting.id}"
    return {
        "platforms": "/admin/platforms",
        "new platform": "/admin/platforms/new",
        "platform": base,
        "platform settings": f"{base}/settings",
        "platform roles": f"{base}/roles",
        "platform removal": f"{base}/remove",
        "invitations": "/admin/invites",
        "tokens": "/admin/tokens",
        "interface": "/api/docs#shape-Attempt",
    }


def _second_camera(now: datetime, course: Course, learner: User) -> dict[str, str]:
    """The steps of the phone and of the room, of somebody who agreed."""
    exam = make_exam(now, course, title="Two cameras", addons=frozenset({Addon.qrcode, Addon.overview}))
    attempt = make_attempt(now, exam=exam, user=learner, status=Status.download_software_clicked)
    evidence.give_consent(attempt, locale="en", actor=Actor(Role.learner, learner.id), now=now)
    return {step: f"/attempts/{attempt.id}/steps/{step}" for step in ("qrcode", "overview")}


def _enrol(course: Course, users: list[User], now: datetime) -> None:
    """A roster that was read once and not wholly the last time; the last learner has left the course."""
    course.memberships_url, course.roster_at, course.roster_error = "https://lms.example/members", now, "roster_endless"
    for user in users:
        is_active = user is not users[-1]
        db.session.add(CourseMember(course_id=course.id, user_id=user.id, part=Part.learner, is_active=is_active))


def _dress(attempt: object, status: Status) -> None:
    """The moments that an attempt in this status would have."""
    now = clock.now()
    attempt.started_at, attempt.seen_at = now, now + timedelta(hours=1)
    attempt.deadline_at = now + timedelta(minutes=40)
    samples = {"violated_ms": 9_000, "told_ms": 50_000, "unknown_ms": 10_000}
    for metric in (Metric.b2, Metric.c2):
        db.session.add(MinuteSample(attempt_id=attempt.id, minute=3, metric=metric, **samples))
    if status == Status.paused:
        attempt.paused_by, attempt.paused_at, attempt.held_seconds = Role.proctor, now, 1200
    if status in {Status.submitted, Status.verified, Status.rejected, Status.second_review_required}:
        attempt.stopped_at, attempt.ended_by, attempt.signed_at = now, Role.learner, now
    if status in {Status.verified, Status.rejected}:
        verdict = Verdict.positive if status == Status.verified else Verdict.negative
        reason = None if verdict == Verdict.positive else Reason.left_exam
        db.session.add(
            Conclusion(attempt_id=attempt.id, verdict=verdict, reason=reason, comment="Seen.\nAll of it.", at=now)
        )


@pytest.fixture(params=LOOKS.values(), ids=LOOKS.keys())
def look(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(**request.param)
    context.set_default_timeout(15_000)
    # Every page is inspected: sending half a megabyte to each would take as long as loading it.
    context.add_init_script(path=AXE)
    yield context
    context.close()


def inspect(context: BrowserContext, site: Site, token: str | None, pages: dict[str, str], tmp_path: Path) -> None:
    """Visit each page and collect what is wrong, so that one run tells everything."""
    if token:
        context.add_cookies([{"name": "lti-proctor", "value": token, "url": site.tool}])
    problems: list[str] = []
    page = context.new_page()
    page.on("console", lambda m: problems.append(f"{page.url} console: {m.text}") if m.type == "error" else None)
    for name, path in pages.items():
        answer = page.goto(f"{site.tool}{path}")
        page.wait_for_load_state()
        assert answer is not None
        if answer.status >= 400 and "problem" not in name:
            problems.append(f"{name}: {answer.status}")
        problems += look_at(page, name)
    assert problems == []


def look_at(page: Page, name: str) -> list[str]:
    """In the narrow look every rule; in the wide one, which is the same page, what colours and sizes decide."""
    problems = []
    try:
        axe(page, only=OF_LOOKS if page.viewport_size["width"] > 1000 else ())
    except AssertionError as error:
        problems.append(f"{name}: {error}")
    wide = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    if wide[0] > wide[1]:
        problems.append(f"{name}: scrolls sideways, {wide[0]} px in {wide[1]}")
    return problems


def test_every_status_has_a_page_that_everybody_can_use(look, site, filled, tmp_path):
    inspect(look, site, filled.learner, filled.statuses | filled.steps, tmp_path)


def test_staff_pages(look, site, filled, tmp_path):
    inspect(look, site, filled.teacher, filled.staff, tmp_path)


def test_pages_for_everybody(look, site, filled, tmp_path):
    pages = {
        "phone with a link": "/phone/#" + "a" * 43,
        "login": "/login",
        "language": "/language",
        "help": "/help",
        "privacy": "/privacy",
        "accessibility": "/accessibility",
        "phone": "/phone/",
    }
    inspect(look, site, None, pages, tmp_path)


def test_the_page_of_a_problem(look, site, filled):
    page = look.new_page()
    page.goto(f"{site.tool}/nowhere")
    assert look_at(page, "problem") == []
    page.goto(f"{site.tool}/lti/login?iss=https://nobody.example&login_hint=1&target_link_uri={site.tool}/lti/launch")
    assert look_at(page, "refused launch") == []


def test_the_overview_of_an_administrator(look, site, filled, tmp_path):
    inspect(look, site, filled.administrator, {"overview": "/supervision/"}, tmp_path)


def test_the_console(look, site, filled, tmp_path):
    inspect(look, site, filled.administrator, filled.console, tmp_path)


def test_the_style_guide(site, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site.tool}/styleguide")
    axe(
        page,
        skip=(
            "landmark-unique",
            "landmark-no-duplicate-banner",
            "landmark-no-duplicate-main",
            "region",
            "heading-order",
        ),
    )
    context.close()


#: Half of what counts as good. On a busy machine a page is painted before its last lines have come, and what stands
#: below them moves a little: readers don't see that, and no rule of a style sheet prevents it.
MOVES_AT_MOST = 0.05


def test_nothing_moves_while_a_page_loads(site, chromium, filled):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "lti-proctor", "value": filled.learner, "url": site.tool}])
    page = context.new_page()
    page.add_init_script(
        """window.moves = [];
        new PerformanceObserver((list) => {
          for (const { value, sources } of list.getEntries())
            window.moves.push([value, sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? "")]);
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    for path in (
        filled.steps["rules"],
        filled.steps["check"],
        filled.steps["face"],
        next(iter(filled.statuses.values())),
    ):
        page.goto(f"{site.tool}{path}")
        page.wait_for_timeout(300)
        moves = page.evaluate("() => window.moves")
        assert sum(value for value, _nodes in moves) < MOVES_AT_MOST, (path, moves)
    context.close()
