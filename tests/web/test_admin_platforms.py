"""The console's pages of platforms: adding, changing, approving, removing, roles."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from lti_proctor import journal
from lti_proctor.extensions import db
from lti_proctor.lti import known
from lti_proctor.people.roles import Part
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms import service
from lti_proctor.platforms.families import Note
from lti_proctor.platforms.models import Course, Registration
from lti_proctor.web.admin import words
from tests.conftest import BASE_URL, csrf_of
from tests.factories import make_attempt, make_course, make_exam, make_link, make_platform, make_user

GOOD = {
    "name": "University LMS",
    "issuer": "https://lms.example",
    "client_id": "client-1",
    "auth_login_url": "https://lms.example/auth",
    "auth_token_url": "https://lms.example/token",
    "key_set_url": "https://lms.example/keys",
    "auth_audience": "",
    "deployment_ids": "1\r\n 2 \r\n\r\n",
}
STAFF_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"


@pytest.fixture
def admin(app, now, time, sign_in):
    return sign_in(make_user(now, name="Ada", role=SiteRole.administrator))


@pytest.fixture
def platform(app, now):
    return make_platform(now)


def send(browser, path, **fields):
    return browser.post(path, data={"csrf_token": csrf_of(browser), **fields})


def stored():
    return db.session.scalars(select(Registration)).one()


def actions(platform_id):
    return [entry.action for entry in journal.entries_of(f"platform:{platform_id}")]


def follows(browser, answer):
    assert answer.status_code == 303, answer.text[:500]
    return browser.get(urlsplit(answer.headers["Location"]).path).text


def test_an_empty_list_says_what_to_do(admin):
    page = admin.get("/admin/platforms").text
    assert "No course system is connected yet" in page
    assert "/admin/platforms/new" in page
    assert "/admin/invites" in page


def test_the_list_shows_those_that_wait_first(admin, now):
    make_platform(now, client_id="a").name = "Alpha"
    make_platform(now, client_id="b").name = "Beta"
    waiting = make_platform(now, client_id="z", issuer="https://other.example")
    waiting.name, waiting.is_active, waiting.family = "Zeta", False, "moodle"
    page = admin.get("/admin/platforms").text
    assert page.index("Zeta") < page.index("Alpha") < page.index("Beta")
    assert "1 course system waits for approval" in page
    assert "Moodle" in page
    assert page.count('/approve"') == 1


def test_the_way_to_the_console_is_shown_to_administrators_only(admin, now, sign_in):
    assert 'href="/admin/platforms"' in admin.get("/supervision/").text
    proctor = sign_in(make_user(now, role=SiteRole.proctor))
    assert "/admin" not in proctor.get("/supervision/").text
    assert admin.get("/admin/").headers["Location"] == "/admin/platforms"


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/platforms", "/admin/platforms/new", "/admin/platforms/1", "/admin/invites"]
)
def test_proctors_have_no_business_here(app, now, sign_in, path):
    assert sign_in(make_user(now, role=SiteRole.proctor)).get(path).status_code == 403


@pytest.mark.parametrize("key", ["0", "999999", str(2**63), "9" * 40])
@pytest.mark.parametrize("path", ["", "/settings", "/roles", "/remove"])
def test_a_platform_that_is_not_there_is_not_found(admin, key, path):
    assert admin.get(f"/admin/platforms/{key}{path}").status_code == 404


def test_a_platform_is_added_by_hand(admin):
    page = follows(admin, send(admin, "/admin/platforms/new", **GOOD))
    row = stored()
    assert (row.name, row.is_active, row.auth_audience) == ("University LMS", True, None)
    assert [d.deployment_id for d in row.deployments] == ["1", "2"]
    assert "The platform is added" in page
    assert "https://lms.example/token" in page
    assert actions(row.id) == ["platform.added"]


PROBLEMS = {
    "no name": ("name", " "),
    "long name": ("name", "x" * 300),
    "name with control characters": ("name", "a\x07b"),
    "no issuer": ("issuer", ""),
    "no client id": ("client_id", ""),
    "client id over two lines": ("client_id", "a\nb"),
    "address without a scheme": ("auth_login_url", "lms.example/auth"),
    "address of a script": ("auth_token_url", "javascript:alert(1)"),
    "address of a file": ("key_set_url", "file:///etc/passwd"),
    "address with a blank": ("key_set_url", "https://lms.example/a b"),
    "very long address": ("key_set_url", "https://lms.example/" + "x" * 3000),
    "half an address": ("auth_login_url", "https://[::1"),
    "long audience": ("auth_audience", "x" * 3000),
    "long deployment": ("deployment_ids", "1\n" + "x" * 300),
}


@pytest.mark.parametrize(("field", "value"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_problem_stands_at_its_field_and_nothing_is_lost(admin, field, value):
    answer = send(admin, "/admin/platforms/new", **{**GOOD, field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-problem"' in answer.text
    for name, text in GOOD.items():
        assert name == field or text.split("\r")[0] in answer.text
    assert db.session.scalars(select(Registration)).all() == []


def test_nul_characters_are_refused(admin):
    assert send(admin, "/admin/platforms/new", **{**GOOD, "name": "a\0b"}).status_code == 400


def test_text_of_others_is_shown_as_text(admin):
    fields = {**GOOD, "name": "<script>alert(1)</script>", "client_id": "<img src=x>", "deployment_ids": "<b>1"}
    page = follows(admin, send(admin, "/admin/platforms/new", **fields))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>1" not in page


def test_a_known_platform_is_not_added_twice(admin, platform):
    answer = send(admin, "/admin/platforms/new", **{**GOOD, "name": "Twice"})
    assert answer.status_code == 422
    assert "Another platform has this issuer" in answer.text
    assert stored().name == "An LMS"


@pytest.mark.parametrize(
    ("kind", "host", "expected"),
    [
        ("moodle", "lms.example.edu", ["https://lms.example.edu/mod/lti/certs.php"]),
        ("moodle", "https://lms.example.edu/my/?x=1", ['value="https://lms.example.edu"']),
        ("canvas", "", ["https://sso.canvaslms.com/api/lti/security/jwks", "https://canvas.instructure.com"]),
        ("brightspace", "LMS.Example.edu", ["https://api.brightspace.com/auth/token", "https://lms.example.edu/d2l/"]),
        ("open_edx", "lms.example.edu", ["https://lms.example.edu/api/lti_consumer/v1/launch/"]),
    ],
)
@pytest.mark.parametrize("press", [{"suggest": "yes"}, {}], ids=["by its button", "by Enter"])
def test_the_kind_and_the_host_fill_in_the_addresses(admin, kind, host, expected, press):
    answer = send(admin, "/admin/platforms/new", family=kind, host=host, client_id="c-7", **press)
    assert answer.status_code == 200
    assert all(text in answer.text for text in (*expected, 'value="c-7"'))
    assert db.session.scalars(select(Registration)).all() == []


def test_the_client_id_stands_in_the_addresses_of_those_who_want_it(admin):
    answer = send(admin, "/admin/platforms/new", family="blackboard", client_id="c-7", suggest="yes")
    assert "/applications/c-7/jwks.json" in answer.text


@pytest.mark.parametrize("host", ["", " ", "a b", "javascript:alert(1)", "user:secret@lms.example", "x" * 300])
def test_without_a_host_nothing_is_filled_in(admin, host):
    answer = send(admin, "/admin/platforms/new", family="moodle", host=host, suggest="yes")
    assert answer.status_code == 422
    assert 'id="host-problem"' in answer.text


def test_an_unknown_kind_does_no_harm(admin):
    assert send(admin, "/admin/platforms/new", family="nonsense", suggest="yes").status_code == 200


def test_there_are_words_for_everything(app):
    assert (set(words.NOTES), set(words.PARTS)) == (set(Note), set(Part))
    assert all(str(text) for text in (*words.NOTES.values(), *words.PARTS.values(), *words.PROBLEMS.values()))


def test_the_values_of_the_tool_stand_beside_the_form(admin):
    page = admin.get("/admin/platforms/new").text
    for path in ("/lti/launch", "/lti/login", "/lti/jwks.json", "/lti/config.json"):
        assert f">{BASE_URL}{path}</code>" in page


def test_a_platform_is_changed(admin, platform):
    path = f"/admin/platforms/{platform.id}/settings"
    assert 'value="https://lms.example/token"' in admin.get(path).text
    page = follows(admin, send(admin, path, **{**GOOD, "name": "Renamed", "auth_audience": "aud"}))
    row = stored()
    assert (row.name, row.auth_audience, [d.deployment_id for d in row.deployments]) == ("Renamed", "aud", ["1"])
    assert "Renamed" in page
    assert actions(row.id) == ["platform.added", "platform.changed"]


def test_a_change_with_a_problem_changes_nothing(admin, platform, now):
    make_platform(now, client_id="client-2")
    path = f"/admin/platforms/{platform.id}/settings"
    for changes in ({"client_id": "client-2"}, {"key_set_url": "here"}, {"name": ""}):
        answer = send(admin, path, **{**GOOD, "issuer": "https://lms.example", **changes})
        assert answer.status_code == 422
        assert f'id="{next(iter(changes))}-problem"' in answer.text
    assert service.get_registration("https://lms.example", "client-1").name == "An LMS"


def login(client):
    known.memory.clear()
    query = {"iss": "https://lms.example", "login_hint": "1", "target_link_uri": f"{BASE_URL}/lti/launch"}
    return client.get("/lti/login", query_string=query).status_code


def test_a_platform_is_deactivated_and_approved(admin, client, platform):
    base = f"/admin/platforms/{platform.id}"
    assert login(client) == 302
    assert "No exam can be opened" in follows(admin, send(admin, f"{base}/deactivate"))
    assert login(client) == 400
    assert "Exams can be opened" in follows(admin, send(admin, f"{base}/approve"))
    assert login(client) == 302
    assert actions(platform.id) == ["platform.added", "platform.deactivated", "platform.approved"]


def test_deployments_are_added_and_removed(admin, platform):
    base = f"/admin/platforms/{platform.id}"
    assert "The deployment is added" in follows(admin, send(admin, f"{base}/deployments", deployment_id=" 7:ab "))
    row = stored().deployments[1]
    assert row.deployment_id == "7:ab"
    assert "is removed" in follows(admin, send(admin, f"{base}/deployments/{row.id}/remove"))
    assert [d.deployment_id for d in stored().deployments] == ["1"]


@pytest.mark.parametrize("deployment_id", ["", "  ", "x" * 300, "a\tb"])
def test_what_is_no_deployment_is_refused_at_its_field(admin, platform, deployment_id):
    answer = send(admin, f"/admin/platforms/{platform.id}/deployments", deployment_id=deployment_id)
    assert answer.status_code == 422
    assert 'id="deployment_id-problem"' in answer.text
    assert len(stored().deployments) == 1


def test_a_deployment_with_attempts_is_not_removed(admin, platform, now):
    exam = make_exam(now, make_course(now, platform))
    make_attempt(now, exam=exam, link=make_link(exam))
    base, key = f"/admin/platforms/{platform.id}", platform.deployments[0].id
    page = admin.get(base).text
    assert "Stays, because attempts belong to it" in page
    assert f"/deployments/{key}/remove" not in page
    answer = send(admin, f"{base}/deployments/{key}/remove")
    assert answer.status_code == 409
    assert "This deployment can’t be removed" in answer.text
    assert len(stored().deployments) == 1


def test_a_deployment_is_removed_only_on_the_page_of_its_platform(admin, platform, now):
    other = make_platform(now, client_id="client-2")
    for key in (other.deployments[0].id, 999_999, 2**70):
        assert send(admin, f"/admin/platforms/{platform.id}/deployments/{key}/remove").status_code == 404


def test_removing_asks_first_and_says_what_is_lost(admin, platform, now):
    exam = make_exam(now, make_course(now, platform))
    make_attempt(now, exam=exam, link=make_link(exam))
    key, path = platform.id, f"/admin/platforms/{platform.id}/remove"
    page = admin.get(path).text
    lost = ("1 deployment and every way in", "1 course, with its roster", "1 link;", "1 attempt with its evidence")
    assert all(text in page for text in lost)
    assert stored() is not None
    assert "The platform is removed" in follows(admin, send(admin, path))
    assert db.session.scalars(select(Registration)).all() == []
    assert db.session.scalars(select(Course)).all() == []
    assert actions(key)[-1] == "platform.removed"


def sent_rows(page):
    roles = re.findall(r'name="role" value="([^"]*)"', page)
    parts = re.findall(r'<option value="(\w+)" selected>', page.split("Another role")[0])
    return dict(zip(roles, parts, strict=True))


def save_roles(admin, platform, changes=(), **fields):
    path = f"/admin/platforms/{platform.id}/roles"
    rows = {**sent_rows(admin.get(path).text), **dict(changes)}
    return send(admin, path, role=list(rows), part=list(rows.values()), **{"new_part": "visitor", **fields})


def test_the_whole_table_of_roles_is_shown(admin, platform):
    rows = sent_rows(admin.get(f"/admin/platforms/{platform.id}/roles").text)
    assert (rows["Instructor"], rows["TeachingAssistant"], rows["Mentor"]) == ("instructor", "assistant", "visitor")


def test_roles_are_changed_added_removed_and_reset(admin, platform):
    page = follows(admin, save_roles(admin, platform, {"Mentor": "assistant"}))
    assert "The roles are saved" in page
    assert stored().role_map == {"Mentor": "assistant"}
    follows(admin, save_roles(admin, platform, new_role=STAFF_ROLE, new_part="learner"))
    assert stored().role_map == {"Mentor": "assistant", STAFF_ROLE: "learner"}
    assert STAFF_ROLE in admin.get(f"/admin/platforms/{platform.id}").text
    follows(admin, save_roles(admin, platform, {"Learner": "visitor"}, remove=STAFF_ROLE))
    assert stored().role_map == {"Mentor": "assistant", "Learner": "visitor"}
    follows(admin, save_roles(admin, platform, new_role="a b", reset="yes"))
    assert stored().role_map == {}
    assert actions(platform.id).count("platform.roles_changed") == 4


@pytest.mark.parametrize(
    ("role", "part", "says"),
    [
        ("a b", "learner", "Write a short name"),
        ("x" * 300, "learner", "Write a short name"),
        ("<script>", "learner", "Write a short name"),
        ("Dean", "owner", "Choose one of the four"),
        ("Dean", "", "Choose one of the four"),
    ],
)
def test_a_role_that_can_not_be_is_refused_and_nothing_is_lost(admin, platform, role, part, says):
    answer = save_roles(admin, platform, {"Mentor": "assistant"}, new_role=role, new_part=part)
    assert answer.status_code == 422
    assert says in answer.text
    assert sent_rows(answer.text)["Mentor"] == "assistant"
    assert "<script>" not in answer.text
    assert stored().role_map == {}


def test_too_many_roles_are_refused(admin, platform):
    rows = {f"Role{n}": "learner" for n in range(200)}
    answer = save_roles(admin, platform, rows)
    assert answer.status_code == 422
    assert "more roles than" in answer.text


def test_a_table_that_came_half_changes_only_what_came(admin, platform):
    path = f"/admin/platforms/{platform.id}/roles"
    assert send(admin, path, role=["Mentor", "Learner"], part=["learner"]).status_code == 303
    assert stored().role_map == {"Mentor": "learner"}
