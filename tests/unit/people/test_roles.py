"""Who may what, written down by hand for every part, every role and every permission."""

from itertools import product

import pytest

from lti_proctor.people.roles import IN_COURSE, ON_SITE, Part, Permission, is_member
from lti_proctor.people.site_roles import SiteRole

#                     visitor learner assistant instructor | student proctor administrator
EXPECTED = """
exam.view             -       -       yes       yes          -       yes     yes
exam.edit             -       -       -         yes          -       -       yes
attempt.take          -       yes     -         -            -       -       -
attempt.view          -       -       yes       yes          -       yes     yes
attempt.review        -       -       yes       yes          -       yes     yes
attempt.manage        -       -       -         yes          -       yes     yes
allowance.grant       -       -       -         yes          -       -       yes
score.send            -       -       -         yes          -       -       yes
supervision.view      -       -       -         -            -       yes     yes
site.manage           -       -       -         -            -       -       yes
"""
ORDER = (*(Part(p) for p in ["visitor", "learner", "assistant", "instructor"]),
         *(SiteRole(r) for r in ["student", "proctor", "administrator"]))  # fmt: skip
TABLE = {
    (holder, Permission(line.split()[0])): word == "yes"
    for line in EXPECTED.strip().splitlines()
    for holder, word in zip(ORDER, line.split()[1:], strict=True)
}


@pytest.mark.parametrize(("holder", "permission"), list(product(ORDER, Permission)))
def test_every_part_and_role_has_the_permissions_that_were_written_down(holder, permission):
    held = IN_COURSE[holder] if isinstance(holder, Part) else ON_SITE[holder]
    assert (permission in held) is TABLE[(holder, permission)]


def test_no_part_and_no_role_is_forgotten():
    assert (set(IN_COURSE), set(ON_SITE)) == (set(Part), set(SiteRole))


@pytest.mark.parametrize(
    ("username", "group", "members", "expected"),
    [
        ("anna", "", (), True),
        ("anna", "", ("anna",), True),
        ("anna", "stats", ("bert", "stats"), True),
        ("anna", "", ("bert",), False),
        ("anna", "", ("",), False),
        ("anna", "math", ("stats",), False),
        ("Anna", "", ("anna",), False),
    ],
)
def test_a_proctor_belongs_to_an_exam_by_login_or_group(username, group, members, expected):
    assert is_member(username, group, members) is expected
