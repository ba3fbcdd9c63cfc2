"""Tokens of programs: made, shown once and revoked, in the console and on the command line."""

import re

import pytest
from click.testing import CliRunner

from lti_proctor import journal
from lti_proctor.cli import cli
from lti_proctor.cli import tokens as commands
from lti_proctor.extensions import db
from lti_proctor.people import tokens
from lti_proctor.people.models import ApiToken
from lti_proctor.people.site_roles import SiteRole
from tests.factories import make_course, make_user

TOKEN = re.compile(r"ltip_[\w-]{43}")


@pytest.fixture
def admin(now, time, sign_in):
    return sign_in(make_user(now, name="Ada Admin", role=SiteRole.administrator))


def test_a_token_is_shown_once_and_works_in_its_makers_name(admin, post, client, now):
    course = make_course(now)
    made = post(admin, "/admin/tokens", name="Grade book", scopes=["exams:read"], days="30", course=str(course.id))
    (token,) = set(TOKEN.findall(made.text))
    assert token not in admin.get("/admin/tokens").text
    row = db.session.query(ApiToken).one()
    assert (row.name, row.scopes, row.course_id, row.owner.name) == (
        "Grade book",
        ["exams:read"],
        course.id,
        "Ada Admin",
    )
    headers, number = {"Authorization": f"Bearer {token}"}, row.id
    assert client.get("/api/v1/exams", headers=headers).status_code == 200
    answer = post(admin, f"/admin/tokens/{number}/revoke")
    assert answer.status_code == 303
    assert client.get("/api/v1/exams", headers=headers).status_code == 401
    assert [e.action for e in journal.entries_of(f"token:{number}")] == ["token.made", "token.revoked"]
    assert post(admin, f"/admin/tokens/{number}/revoke").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"), ({"name": "x" * 101}, "name"), ({"scopes": []}, "scopes"),
        ({"scopes": ["world:rule"]}, "scopes"), ({"days": "0"}, "days"), ({"days": "3651"}, "days"),
        ({"days": "soon"}, "days"), ({"course": "77"}, "course"), ({"course": "x"}, "course"),
    ],
)  # fmt: skip
def test_a_token_that_can_t_be_made_says_why_at_its_field(admin, post, changes, field):
    answer = post(
        admin, "/admin/tokens", **{"name": "N", "scopes": ["exams:read"], "days": "", "course": "", **changes}
    )
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert db.session.query(ApiToken).count() == 0


@pytest.fixture
def run(app, monkeypatch):
    """A command on the tests' own database."""
    from contextlib import nullcontext

    monkeypatch.setattr(commands, "application", lambda: nullcontext(app))
    return lambda *words: CliRunner().invoke(cli, ["token", *words])


def test_a_token_by_the_command_line(run, now):
    user, course = make_user(now, username="ada"), make_course(now)
    made = run(
        "create", "--name", "Sync", "--scope", "exams:read", "--scope", "reviews:write", "--owner", "ada", "--course",
        str(course.id), "--days", "30",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert TOKEN.fullmatch(made.output.splitlines()[-1])
    (row,) = tokens.tokens()
    assert (row.owner_id, row.course_id, row.scopes) == (user.id, course.id, ["exams:read", "reviews:write"])
    listed = run("list").output
    assert "Sync" in listed
    assert "never used" in listed
    assert not TOKEN.search(listed)
    number = str(row.id)
    assert run("revoke", number).exit_code == 0
    assert tokens.tokens() == []
    assert run("revoke", number).exception is not None
    assert run("create", "--name", "x", "--scope", "world:rule").exit_code == 2


def test_the_page_that_describes_the_interface_names_every_address(client):
    page = client.get("/api/docs")
    assert page.status_code == 200
    document = client.get("/api/v1/openapi.json").json
    for path, operations in document["paths"].items():
        assert path in page.text
        assert all(f'id="{one["operationId"]}"' in page.text for one in operations.values())
    links = set(re.findall(r'href="#shape-(\w+)"', page.text))
    assert links
    assert links <= set(re.findall(r'id="shape-(\w+)"', page.text))
