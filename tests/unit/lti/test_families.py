"""What makes of LMS differ in, row by row."""

from datetime import UTC, datetime

import pytest

from lti_proctor.lti.families import DEFAULT, FAMILIES, Pending, family_of

AT = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "pending", "moment", "comment", "ungradable", "has_agent"),
    [
        ("moodle", "unless_graded", "2026-11-24T09:00:00+00:00", "a <b>", {400, 422}, False),
        ("Moodle", "unless_graded", "2026-11-24T09:00:00+00:00", "a <b>", {400, 422}, False),
        ("canvas", "always", "2026-11-24T09:00:00.123+00:00", "a <b>", {422}, True),
        ("desire2learn", "unless_graded", "2026-11-24T09:00:00.123+00:00", "a <b>", {422}, False),
        ("BlackboardLearn", "unless_graded", "2026-11-24T09:00:00.123+00:00", "a &lt;b&gt;", {422}, False),
        ("Blackboard Learn", "unless_graded", "2026-11-24T09:00:00.123+00:00", "a &lt;b&gt;", {422}, False),
        ("sakai", "unless_graded", "2026-11-24T09:00:00.123+00:00", "a <b>", {422}, False),
        ("", "unless_graded", "2026-11-24T09:00:00.123+00:00", "a <b>", {422}, False),
    ],
)
def test_a_family_has_its_row(code, pending, moment, comment, ungradable, has_agent):
    family = family_of(code)
    assert (family.pending, family.moment(AT), family.comment("a <b>")) == (pending, moment, comment)
    assert (family.ungradable, "User-Agent" in family.headers) == (ungradable, has_agent)


def test_a_family_that_is_not_listed_gets_the_greatest_care():
    assert family_of("something new") is DEFAULT
    assert DEFAULT.pending == Pending.unless_graded


def test_the_table_is_keyed_as_codes_are_looked_up():
    assert all(family_of(code) is row for code, row in FAMILIES.items())
