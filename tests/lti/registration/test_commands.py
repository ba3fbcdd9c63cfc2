"""`lti-proctor platform …`: switching a platform off and on, and what its roles count as."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lti_proctor.cli import platforms as cli
from lti_proctor.extensions import db
from lti_proctor.journal import entries_of
from lti_proctor.lti import known
from lti_proctor.platforms.invites import PlatformInvite
from lti_proctor.platforms.service import get_registration
from tests.factories import make_platform

WHICH = ("--issuer", "https://lms.example", "--client-id", "client-1")
STAFF = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"


@pytest.fixture
def platform(app, now):
    made = make_platform(now)
    db.session.commit()
    return made


def lines(output):
    return dict(line.split("\t", 1) for line in output.splitlines())


def test_a_platform_is_switched_off_and_on_again(platform, command):
    assert command("deactivate", *WHICH) == "Deactivated.\n"
    assert not get_registration("https://lms.example", "client-1").is_active
    command("deactivate", *WHICH)
    command("approve", *WHICH)
    assert get_registration("https://lms.example", "client-1").is_active
    actions = [entry.action for entry in entries_of(f"platform:{platform.id}")]
    assert actions == ["platform.added", "platform.deactivated", "platform.approved"]


def test_an_invitation_says_for_whom_it_is(app, command):
    command("invite", "--note", "Northfield")
    assert db.session.scalars(select(PlatformInvite)).one().note == "Northfield"


def test_the_whole_table_of_roles_is_printed(platform, command):
    found = lines(command("roles", *WHICH))
    assert (found["Learner"], found["Instructor"], found["TeachingAssistant"]) == ("learner", "instructor", "assistant")
    assert (found["Mentor"], found["Observer"]) == ("visitor", "visitor")


def test_roles_are_set_and_taken_back(platform, command):
    found = lines(command("roles", *WHICH, "--set", "Mentor=assistant", "--set", f"{STAFF}=learner"))
    assert found["Mentor"] == "assistant\t(instead of visitor)"
    assert found[STAFF] == "learner\t(instead of nothing)"
    known.memory.clear()
    assert known.by_issuer("https://lms.example")[0].role_map == {"Mentor": "assistant", STAFF: "learner"}
    found = lines(command("roles", *WHICH, "--set", "Learner=visitor", "--unset", "Mentor", "--unset", STAFF))
    assert (found["Mentor"], found["Learner"], STAFF in found) == ("visitor", "visitor\t(instead of learner)", False)
    assert get_registration("https://lms.example", "client-1").role_map == {"Learner": "visitor"}


def test_what_changes_nothing_leaves_no_trace(platform, command):
    command("roles", *WHICH, "--set", "Learner=learner", "--unset", "Mentor")
    assert [entry.action for entry in entries_of(f"platform:{platform.id}")] == ["platform.added"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--set", "Mentor"), "“Mentor” must be =learner"),
        (("--set", "Mentor="), "must be =learner"),
        (("--set", "Mentor=owner"), "must be =learner"),
        (("--set", "=learner"), "is no role"),
        (("--set", "a b=learner"), "is no role"),
        (("--unset", ""), "is no role"),
        (tuple(word for n in range(101) for word in ("--set", f"R{n}=learner")), "At most 100"),
    ],
)
def test_a_role_that_can_not_be_is_refused_in_words(platform, command, words, says):
    result = CliRunner().invoke(cli.platform, ["roles", *WHICH, *words])
    assert result.exit_code == 1
    assert says in result.output
    assert get_registration("https://lms.example", "client-1").role_map == {}
