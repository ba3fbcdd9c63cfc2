"""What a registration decides about roles, as a launch meets it."""

import pytest

from lti_proctor.extensions import db
from lti_proctor.lti import known
from tests.lti.conftest import INSTRUCTOR, LEARNER, Platform

MENTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"
STAFF = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Staff"


def decide(platform, role_map):
    platform.registration.role_map = role_map
    db.session.commit()
    known.memory.clear()


@pytest.mark.parametrize(
    ("role_map", "roles", "where"),
    [
        ({}, [MENTOR], None),
        ({"Mentor": "assistant"}, [MENTOR], "/exams/"),
        ({"Mentor": "learner"}, ["Mentor"], "/attempts/"),
        ({STAFF: "instructor"}, [STAFF], "/exams/"),
        ({STAFF: "instructor"}, [STAFF.replace("Staff", "Administrator")], None),
        ({"Instructor": "visitor"}, [INSTRUCTOR], None),
        ({"Instructor": "visitor"}, [INSTRUCTOR, LEARNER], "/attempts/"),
        ({"Learner": "nonsense"}, [LEARNER], "/attempts/"),
    ],
)
def test_a_launch_leads_where_the_role_map_says(platform: Platform, client, role_map, roles, where):
    decide(platform, role_map)
    answer = platform.launch(client, roles=roles)
    if where is None:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(where)
