"""The mails of a site, shown to administrators."""

import pytest

from lti_proctor.people.site_roles import SiteRole
from tests.factories import make_user


@pytest.fixture
def administrator(app, now, sign_in, time):
    return sign_in(make_user(now, role=SiteRole.administrator))


def test_a_mail_is_shown_as_text_and_html(administrator):
    page = administrator.get("/admin/mails").text
    assert "is handed in" in page
    html = administrator.get("/admin/mails/verified/html?locale=ar")
    assert 'dir="rtl"' in html.text
    assert html.headers["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.parametrize("asked", ["mail=nothing", "mail=../../etc/passwd", "mail="])
def test_a_mail_that_is_none_is_not_found(administrator, asked):
    assert administrator.get(f"/admin/mails?{asked}").status_code == 404


def test_an_unknown_language_or_provider_is_passed_over(administrator):
    assert administrator.get("/admin/mails?locale=xx&provider=nobody").status_code == 200


def test_others_do_not_see_them(app, now, sign_in):
    for role in (SiteRole.student, SiteRole.proctor):
        browser = sign_in(make_user(now, role=role))
        assert browser.get("/admin/mails").status_code == 403
        assert browser.get("/admin/mails/verified/html").status_code == 403
