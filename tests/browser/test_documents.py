"""The steps about names and documents in a real browser, read by the real reader; and their pages in every look."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, expect

from lti_proctor import clock
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.documents.models import Reading
from lti_proctor.documents.names import Result
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people import service as people
from tests.browser.conftest import Site, demo_app
from tests.browser.test_every_page import LOOKS, look_at
from tests.factories import make_attempt, make_course, make_exam, make_user
from tests.factories.documents import Specimen, as_bytes, draw

HELD = frozenset({Addon.rules, Addon.profile, Addon.passport, Addon.scan, Addon.extrapages, Addon.name_, Addon.verify})


@dataclass(frozen=True)
class World:
    """A learner's cookie, the address of an attempt that nothing was done in, and pages in each state."""

    token: str
    fresh: str
    pages: dict[str, str]


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    app = demo_app(site, queue_url="memory:")
    with app.app_context():
        now, course = clock.now(), make_course(clock.now())
        user = make_user(now, name="Anna Eriksson", given_name="Anna", family_name="Eriksson")
        exam = make_exam(now, course, title="Documents", addons=HELD - {Addon.scan})
        fresh = make_attempt(now, exam=exam, user=user, status=Status.download_software_clicked)
        pages = {"profile": f"/attempts/{fresh.id}/steps/profile"}
        for result in Result:
            attempt = make_attempt(
                now, exam=make_exam(now, course, addons=HELD), user=user, status=Status.download_software_clicked
            )
            _show(attempt, result)
            pages[f"passport, {result}"] = f"/attempts/{attempt.id}/steps/passport"
        pages["scan"] = f"/attempts/{attempt.id}/steps/scan"
        pages["pages"] = f"/attempts/{attempt.id}/steps/extrapages"
        pages["no pages"] = f"/attempts/{fresh.id}/steps/extrapages"
        token = people.new_token()
        data = {"parts": {str(course.id): "learner"}}
        people.open_sign_in(token, user_id=user.id, data=data, hours=1, now=now)
        db.session.commit()
        return World(token, f"/attempts/{fresh.id}", pages)


def _show(attempt: Attempt, result: Result) -> None:
    """Documents that were kept and read, and two further pages."""
    now, actor = clock.now(), Actor(Role.learner, attempt.user_id)
    evidence.give_consent(attempt, locale="en", actor=actor, now=now)
    small = as_bytes(Image.new("RGB", (320, 200), "#336699"))
    for kind in (EvidenceKind.passport, EvidenceKind.scan):
        kept = evidence.keep_photo(attempt, kind, small, actor=actor, now=now)
        name = "JONAS BERG" if result in {Result.unclear, Result.differs} else "ANNA ERIKSSON"
        db.session.add(Reading(evidence_id=kept.id, result=result, name=name, is_certain=True, asked_at=now))
    for _ in range(2):
        evidence.keep_photo(attempt, EvidenceKind.extrapage, small, actor=actor, now=now)


def enter(context: BrowserContext, site: Site, world: World) -> BrowserContext:
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "lti-proctor", "value": world.token, "url": site.tool}])
    return context


@pytest.fixture(params=["wide", "narrow, dark, right to left"])
def look(request: pytest.FixtureRequest, chromium: Browser, site: Site, world: World) -> Iterator[BrowserContext]:
    context = enter(chromium.new_context(**LOOKS[request.param]), site, world)
    yield context
    context.close()


def test_every_state_of_a_document_s_page_can_be_used_by_everybody(look, site, world):
    page, problems = look.new_page(), []
    page.on("console", lambda m: problems.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    for name, path in world.pages.items():
        answer = page.goto(f"{site.tool}{path}")
        assert answer is not None
        assert answer.status == 200, name
        problems += look_at(page, name)
    assert problems == []


def test_a_learner_shows_documents_by_keyboard_and_hears_what_was_read(chromium, site, world, tmp_path):
    context = enter(chromium.new_context(viewport={"width": 1280, "height": 900}), site, world)
    page = context.new_page()
    page.goto(f"{site.tool}{world.fresh}")
    for box in page.get_by_role("checkbox").all():
        box.press("Space")
    page.get_by_role("button", name="Agree and continue").press("Enter")
    page.get_by_label("First names").fill("Jonas")
    page.get_by_label("Last names").fill("Berg")
    page.get_by_label("Last names").press("Enter")

    passport = written(tmp_path / "passport.png", as_bytes(draw(Specimen()), "PNG"))
    page.locator("#upload summary").press("Enter")
    page.get_by_label("Choose a photo").set_input_files(passport)
    page.get_by_role("button", name="Upload this photo").press("Enter")
    said = page.locator("#reading[role=status]")
    expect(said).to_contain_text("ERIKSSON", timeout=30_000)
    expect(said).to_contain_text("Jonas Berg")
    page.get_by_role("link", name="Correct how your name is written here").press("Enter")
    page.get_by_label("First names").fill("Anna")
    page.get_by_label("Last names").fill("Eriksson")
    page.get_by_role("button", name="Continue").press("Enter")

    expect(page.locator("#reading")).to_contain_text("agrees with yours")
    page.get_by_role("button", name="Continue with this photo").press("Enter")
    expect(page.get_by_role("heading", name="No further page so far")).to_be_visible()
    page.reload()
    assert page.locator("#booth").count() == 1
    page.get_by_role("button", name="Add a page").press("Enter")
    expect(page.get_by_role("button", name="Take photo")).to_be_focused()
    page.get_by_role("button", name="Take photo").press("Enter")
    expect(page.get_by_role("button", name="Use this photo")).to_be_focused()
    page.get_by_role("button", name="Use this photo").press("Enter")
    expect(page.get_by_role("heading", name="1 page is kept")).to_be_visible()
    page.get_by_role("button", name="Remove page 1").press("Enter")
    expect(page.get_by_role("heading", name="No further page so far")).to_be_visible()
    page.get_by_role("button", name="Continue without further pages").press("Enter")
    expect(page.get_by_role("heading", name="You are ready to start")).to_be_visible()
    context.close()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
