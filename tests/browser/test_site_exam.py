"""An exam of a site that has it watched here: the learner's tab beside it, and the pages of the console."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.web.sessions import COOKIE
from tests.browser.conftest import Person, Site, axe, demo_app
from tests.factories import make_user

EXAM = {"id": 1, "course_id": "course-v1:N+S+1", "content_id": "block-v1:N+S+1+type@sequential+block@f",
        "exam_name": "Final of the site", "time_limit_mins": 45, "is_proctored": True}  # fmt: skip
LEARNER = {"user_id": "f" * 40, "full_name": "Inés Márquez", "email": "ines@northfield.example", "time_limit_mins": 45}
NARROW = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark", "locale": "ar"}


@dataclass
class Client:
    """The site's server, as far as it calls."""

    calls: httpx.Client

    def send(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        answer = self.calls.request(method, f"/provider/api/v1/{path}", json=body or None)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[Client]:
    site.command("exam-template", "add", "--identifier", "site", "--addon", "rules", "--rules", "Work alone.")
    said = site.command("provider-client", "add", "--name", "Northfield", "--site", site.lms, "--template", "site")
    given = dict(re.findall(r"^(client_id|client_secret)\s+(\S+)$", said, re.MULTILINE))
    form = {"grant_type": "client_credentials", "token_type": "jwt", **given}
    token = httpx.post(f"{site.tool}/provider/oauth2/access_token", data=form).json()["access_token"]
    with httpx.Client(base_url=site.tool, headers={"Authorization": f"JWT {token}"}) as calls:
        yield Client(calls)


def no_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def look(page: Page) -> None:
    axe(page)
    no_sideways(page)


@pytest.mark.parametrize("options", [NARROW], ids=["narrow, dark, right to left"])
def test_the_tab_gets_ready_watches_and_ends_with_the_exam(
    site: Site, client: Client, person: Callable[..., Person], options: dict[str, Any]
):
    exam = client.send("POST", "exam/", **EXAM)["id"]
    path = f"exam/{exam}/attempt/"
    attempt = client.send("POST", path, **LEARNER)["id"]
    path += f"{attempt}/"
    tab = person(**{name: value for name, value in options.items() if name != "viewport"}).lms
    if "viewport" in options:
        tab.set_viewport_size(options["viewport"])
    tab.goto(client.send("GET", path)["download_url"])
    expect(tab.get_by_text("Inés Márquez")).to_be_visible()
    look(tab)
    tab.locator("main form button").click()
    tab.wait_for_url("**/attempts/*")
    tab.locator("form[action$='/begin'] button").click()
    tab.locator("input[name=rules]").check()
    tab.locator("main form button[type=submit]").last.click()
    expect(tab.locator("#start-elsewhere")).to_be_visible()
    look(tab)
    assert client.send("PATCH", path, status="started") == {"status": "started"}
    expect(tab.locator("header.exambar")).to_be_visible()
    look(tab)
    assert client.send("PATCH", path, status="submitted") == {"status": "submitted"}
    expect(tab.locator("header.exambar")).to_be_hidden()
    expect(tab.locator("main h1")).to_be_visible()
    look(tab)


def test_the_pages_of_the_console(site: Site, client: Client, chromium: Browser):
    app = demo_app(site, queue_url="memory:")
    with app.app_context():
        administrator, token = make_user(clock.now(), name="Admin", role=SiteRole.administrator), people.new_token()
        people.open_sign_in(token, user_id=administrator.id, data={}, hours=1, now=clock.now())
        db.session.commit()
        db.engine.dispose()
    app.extensions["outside"].close()
    everything = ("/admin/sites", "/admin/sites/new", "/admin/sites/1", "/admin/sites/1/remove", "/provider/enter")
    for options, paths in (({}, ("/admin/sites/1",)), (NARROW, everything)):
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        context.add_cookies([{"name": COOKIE, "value": token, "url": site.tool}])
        page = context.new_page()
        for path in paths:
            page.goto(site.tool + path)
            look(page)
        context.close()
