"""The console's page of invitations."""

import re

import pytest
from sqlalchemy import select

from lti_proctor import clock
from lti_proctor.extensions import db
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms import invites
from lti_proctor.platforms.invites import PlatformInvite
from tests.conftest import BASE_URL, csrf_of
from tests.factories import STAFF, make_platform, make_user


@pytest.fixture
def admin(app, now, time, sign_in):
    return sign_in(make_user(now, name="Ada", role=SiteRole.administrator))


def send(browser, path, **fields):
    return browser.post(path, data={"csrf_token": csrf_of(browser), **fields})


def stored():
    return db.session.scalars(select(PlatformInvite)).all()


def test_an_invitation_is_shown_once_and_works(admin, now):
    answer = send(admin, "/admin/invites", note="Northfield", hours="24", approves="y")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    address = re.search(rf">({BASE_URL}/lti/register\?invite=([\w-]+))</code>", answer.text)
    assert address is not None
    found = invites.get_invite(address[2], now=clock.now())
    assert (found.note, found.approves) == ("Northfield", True)
    assert (found.expires_at - clock.now()).total_seconds() == 24 * 3600
    assert "Invitation for Northfield" in answer.text
    assert "works at once" in answer.text
    assert "valid for 24 hours" in answer.text
    page = admin.get("/admin/invites").text
    assert "Northfield" in page
    assert address[2] not in page


def test_without_a_word_it_waits_for_approval(admin):
    answer = send(admin, "/admin/invites", hours="72")
    assert "A new invitation" in answer.text
    assert "waits for approval" in answer.text
    assert [(row.note, row.approves) for row in stored()] == [("", False)]


@pytest.mark.parametrize("hours", ["", "0", "-1", "8761", "1.5", "soon", "٣", "9" * 40, "1e3"])
def test_hours_that_can_not_be_are_refused(admin, hours):
    answer = send(admin, "/admin/invites", note="Northfield", hours=hours)
    assert answer.status_code == 422
    assert 'id="hours-problem"' in answer.text
    assert 'value="Northfield"' in answer.text
    assert stored() == []


@pytest.mark.parametrize("note", ["x" * 256, "a\nb", "a\x07"])
def test_a_note_that_can_not_be_is_refused(admin, note):
    answer = send(admin, "/admin/invites", note=note, hours="1")
    assert answer.status_code == 422
    assert 'id="note-problem"' in answer.text


def test_nul_characters_are_refused(admin):
    assert send(admin, "/admin/invites", note="a\0", hours="1").status_code == 400


def test_a_note_is_shown_as_text(admin):
    page = send(admin, "/admin/invites", note="<script>alert(1)</script>", hours="1").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_an_invitation_is_withdrawn(admin, now):
    token = invites.make_invite(hours=1, approves=False, actor=STAFF, now=clock.now())
    path = f"/admin/invites/{invites.get_invite(token, now=clock.now()).id}/withdraw"
    answer = send(admin, path)
    assert answer.status_code == 303
    assert "The invitation is withdrawn" in admin.get("/admin/invites").text
    assert stored() == []
    assert send(admin, path).status_code == 404


@pytest.mark.parametrize("key", ["0", "99999", str(2**63), "9" * 40])
def test_an_invitation_that_is_not_there_is_not_found(admin, key):
    assert send(admin, f"/admin/invites/{key}/withdraw").status_code == 404


def test_a_used_invitation_is_not_withdrawn(admin, now):
    found = invites.get_invite(
        invites.make_invite(hours=1, approves=False, actor=STAFF, now=clock.now()), now=clock.now()
    )
    invites.use_invite(found, make_platform(now), actor=STAFF, now=clock.now())
    assert send(admin, f"/admin/invites/{found.id}/withdraw").status_code == 409
    assert len(stored()) == 1


def test_only_administrators_invite(app, now, sign_in):
    proctor = sign_in(make_user(now, role=SiteRole.proctor))
    assert proctor.get("/admin/invites").status_code == 403
    assert send(proctor, "/admin/invites", hours="1").status_code == 403
    assert stored() == []
