"""Platform storage: what the launches say, and that the pages answer the tool and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.conftest import form_of

if TYPE_CHECKING:
    from tests.sandbox.conftest import Practice

PAGES = ["/course/links/rl-1", "/course/add"]


def launched(practice: Practice) -> tuple[dict[str, str], dict[str, str]]:
    """Fields of the login initiation and of the launch."""
    practice.be("u-2001")
    login = practice.begin()
    _action, launch = form_of(practice.browser.get("/oidc/auth", query_string=practice.question(login)))
    return login, launch


@pytest.mark.parametrize(
    ("changes", "target"),
    [({}, "_parent"), ({"storage_frame": "lti_store"}, "lti_store"), ({"offer_storage": False}, None)],
)
def test_login_and_launch_say_where_to_keep_state(
    practice: Practice, changes: dict[str, object], target: str | None
) -> None:
    practice.machine.post("/control/settings", json=changes)
    login, launch = launched(practice)
    assert login.get("lti_storage_target") == launch.get("lti_storage_target") == target


@pytest.mark.parametrize("path", PAGES)
def test_a_page_with_the_tool_keeps_its_data(practice: Practice, path: str) -> None:
    practice.be("u-2001")
    page = practice.browser.get(path).text
    assert 'src="/static/storage.js"' in page
    assert 'data-storage-origins="http://localhost:8000" data-storage-frame=""' in page
    assert "<iframe hidden" not in page


@pytest.mark.parametrize("path", PAGES)
def test_a_named_frame_stands_before_the_tool(practice: Practice, path: str) -> None:
    practice.machine.post("/control/settings", json={"storage_frame": "lti_store"})
    practice.be("u-2001")
    page = practice.browser.get(path).text
    frame, tool = page.index('name="lti_store" src="/lti/storage"'), page.index('class="tool"')
    assert frame < tool
    inside = practice.browser.get("/lti/storage")
    assert 'data-storage-role="frame"' in inside.text
    assert "frame-ancestors 'self'" in inside.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_keeps_anything_when_nothing_is_offered(practice: Practice, path: str) -> None:
    practice.machine.post("/control/settings", json={"offer_storage": False, "storage_frame": "lti_store"})
    practice.be("u-2001")
    page = practice.browser.get(path).text
    assert "storage" not in page
