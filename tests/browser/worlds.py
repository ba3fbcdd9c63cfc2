"""What several browser tests put into the demo's data, and how their people look at it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from lti_proctor import clock, jobs
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.attempts.steps import StepKey
from lti_proctor.chat import service as chat
from lti_proctor.chat.models import Side
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.faces import service as faces
from lti_proctor.faces.models import Source
from lti_proctor.journal import Actor, Role
from lti_proctor.people import service as people
from lti_proctor.people.models import User
from lti_proctor.platforms.models import Course
from tests.browser.conftest import Site, wait_for
from tests.faces import jpeg
from tests.factories import STAFF, make_attempt, make_exam

Visit = Callable[..., Page]


def at_step(course: Course, user: User, addons: frozenset[Addon], **config: Any) -> Attempt:
    """An attempt whose learner has agreed and comes to the step after the rules."""
    now = clock.now()
    attempt = make_attempt(
        now, exam=make_exam(now, course, addons=addons, **config), user=user, status=Status.download_software_clicked
    )
    actor = Actor(Role.learner, user.id)
    evidence.give_consent(attempt, locale="en", actor=actor, now=now)
    attempts.pass_step(attempt, StepKey.rules, actor=actor, now=now)
    return attempt


def chats(path: str, over: str, now: datetime) -> dict[str, str]:
    """For staff: a chat in which a learner has asked something long, and one of an attempt that is over."""
    attempt = db.session.get_one(Attempt, int(path.rsplit("/", 1)[1]))
    actor = Actor(Role.learner, attempt.user_id)
    evidence.give_consent(attempt, locale="en", actor=actor, now=now)
    chat.write(attempt, "Why is my exam paused? " * 12 + "x" * 90, "0" * 16, side=Side.learner, actor=actor, now=now)
    return {"chat": f"/exams/{attempt.exam_id}/attempts/{attempt.id}/chat", "chat that is over": f"{over}/chat"}


def sign_in(user: User, course: Course, part: str) -> str:
    """The token of a browser in which somebody takes part in a course."""
    token = people.new_token()
    people.open_sign_in(token, user_id=user.id, data={"parts": {str(course.id): part}}, hours=1, now=clock.now())
    return token


def give_profile(user: User, course: Course, image: Image.Image) -> None:
    """The face of a picture becomes the one of somebody's profile, looked at by the demo's own worker."""
    now = clock.now()
    before = make_attempt(now, exam=make_exam(now, course, addons=frozenset({Addon.face})), user=user)
    actor = Actor(Role.learner, user.id)
    evidence.give_consent(before, locale="en", actor=actor, now=now)
    photo = evidence.keep_photo(before, EvidenceKind.face, jpeg(image), actor=actor, now=now)
    before.status = Status.submitted
    db.session.commit()
    jobs.put("faces.look", photo.id)
    wait_for(lambda: db.session.rollback() or faces.reading_of(photo), 30, "the look at the photo")
    faces.set_profile(photo, source=Source.staff, actor=STAFF, now=now)
    db.session.commit()


@contextmanager
def visiting(chromium: Browser, site: Site) -> Iterator[Visit]:
    """`visit(path, token, **look)` opens a page in a browser of its own; no console may hold an error."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(path: str, token: str | None = None, **look: object) -> Page:
        context = chromium.new_context(**look)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(15_000)
        if token:
            context.add_cookies([{"name": "lti-proctor", "value": token, "url": site.tool}])
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path if path.startswith("http") else f"{site.tool}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def fits(page: Page) -> bool:
    """Nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def upload(page: Page, content: bytes) -> None:
    """Upload a photo at the step of the face."""
    page.get_by_text("Upload a photo instead").click()
    page.get_by_label("Choose a photo").set_input_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": content})
    page.get_by_role("button", name="Upload this photo").click()
