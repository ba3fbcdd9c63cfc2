"""The report for others in a real browser: by its link, on the page it is taken from, and played from a disk."""

import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people import service as people
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.report import links
from lti_proctor.report.archive import Part, film_path, spoken_path
from lti_proctor.report.gather import gather
from lti_proctor.web.report import offline
from lti_proctor.web.sessions import COOKIE
from tests.browser.conftest import OF_LOOKS, axe, demo_app
from tests.factories import make_user
from tests.factories.reported import make_reported


def look(page):
    """Wide, narrow and dark: nothing sticks out, and axe finds nothing."""
    # Without motion, so that no colour is looked at on its way.
    page.emulate_media(reduced_motion="reduce")
    axe(page)
    page.set_viewport_size({"width": 390, "height": 800})
    outside = "e => e.getBoundingClientRect().right > innerWidth + 1"
    found = f"[...document.querySelectorAll('main *')].filter({outside}).map(e => e.outerHTML.slice(0, 80)).slice(0, 9)"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(found)
    axe(page, only=OF_LOOKS)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    axe(page, only=OF_LOOKS)
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def kept(site):
    """A report in the demo: the paths of its pages, and a sign-in of somebody who may review it."""
    app = demo_app(site)
    with app.test_request_context():
        now = clock.now()
        attempt = make_reported(now)
        reviewer, token = make_user(now, name="Dr Sol", role=SiteRole.administrator), people.new_token()
        people.open_sign_in(token, user_id=reviewer.id, data={}, hours=1, now=now)
        key, _link = links.make(attempt, actor=Actor(Role.reviewer, reviewer.id), now=now)
        db.session.commit()
        found = {
            "link": f"{site.tool}/api/report/{attempt.identifier}?key={key}",
            "take": f"{site.tool}/exams/{attempt.exam_id}/attempts/{attempt.id}/take-away",
            "token": token,
        }
        db.session.remove()
        db.engine.dispose()
    app.extensions["outside"].close()
    return found


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_whoever_has_the_link_reads_the_report(person, kept, locale):
    page = person(locale=locale).lms
    page.goto(kept["link"])
    assert "key=" not in page.url
    assert page.get_by_role("heading", level=1).inner_text() == "Inés Márquez"
    page.locator("img.photo").first.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('img.photo').naturalWidth > 0")
    look(page)


def test_a_reviewer_makes_a_link_and_takes_it_back(person, site, kept):
    one = person()
    one.context.add_cookies([{"name": COOKIE, "value": kept["token"], "url": site.tool}])
    page = one.lms
    assert one.context.request.get(kept["take"].replace("take-away", "report.zip?with=")).status == 200
    page.goto(kept["take"])
    page.get_by_role("button", name="Make a link").click()
    address = page.locator("#link-value").inner_text()
    assert "?key=" in address
    look(page)
    page.get_by_role("button", name="Take back").first.click()
    page.get_by_text("The link is taken back.").wait_for()
    assert one.context.request.get(address).status == 404


@pytest.fixture(scope="module")
def folder(session_app, tmp_path_factory):
    """What a ZIP unpacks to, with films that play."""
    found = tmp_path_factory.mktemp("report")
    (found / "recordings").mkdir()
    with session_app.test_request_context():
        now = clock.now()
        report = gather(make_reported(now), now=now)
        films = [replace(one, ends_at=one.begins_at + timedelta(seconds=6)) for one in report.recordings]
        report = replace(report, recordings=films)
        (found / "index.html").write_text(offline.player_page(report, Part), "utf-8")
        db.session.rollback()
    for one in report.recordings:
        film = found / film_path(one.id, one.track.value)
        made = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=5:duration=6"]
        subprocess.run([*made, "-c:v", "libvpx", "-g", "5", str(film)], check=True)
    for spoken in [message.spoken for message in report.messages if message.spoken]:
        made = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=3", "-c:a", "libopus"]
        subprocess.run([*made, str(found / spoken_path(spoken.id))], check=True)
    return found


def test_the_page_plays_from_a_disk_without_a_network(chromium, folder):
    context = chromium.new_context(offline=True)
    page, problems, asked = context.new_page(), [], []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("button", name="Play").click()
    shown = "[...document.querySelectorAll('video:not([hidden])')]"
    page.wait_for_function(f"() => {shown}.filter((film) => film.currentTime > 1).length === 2")
    page.get_by_role("button", name="Pause").click()
    assert page.locator("[data-part=clock]").inner_text()
    page.locator(".message audio").evaluate("sound => sound.play()")
    page.wait_for_function("() => document.querySelector('.message audio').currentTime > 0.5")
    axe(page)
    assert [url for url in asked if not url.startswith(folder.as_uri())] == []
    assert problems == []
    context.close()
