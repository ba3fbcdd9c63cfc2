"""Prepared statements do what the same statement does through SQLAlchemy, on every database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError, NoResultFound

from lti_proctor.extensions import db, execute, table_of
from lti_proctor.once import UsedToken
from lti_proctor.people.models import SignIn, User
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.prepared import Prepared

USERS = table_of(User)
ADD = Prepared(insert(USERS).returning(USERS.c.id))
FIND = Prepared(
    select(User.id, User.username, User.role, User.old_passwords, User.is_locked, User.created_at).where(
        User.username == bindparam("username")
    )
)


@pytest.fixture
def added(app, now):
    return execute(ADD, username="ines", role=SiteRole.proctor, old_passwords=["a"], created_at=now).scalar_one()


def test_values_go_in_and_come_out_as_their_columns_say(added, now):
    row = execute(FIND, username="ines").one()
    assert (row.id, row.username, row.role, row.old_passwords) == (added, "ines", SiteRole.proctor, ["a"])
    assert (row.is_locked, row.created_at) == (False, now)
    assert row.created_at.tzinfo is not None


def test_what_was_added_is_what_the_session_reads(added, now):
    user = db.session.get_one(User, added)
    assert (user.username, user.provider, user.nickname, user.role) == ("ines", "lti", "", SiteRole.proctor)


def test_defaults_are_made_anew_for_each_row(app, now):
    first = execute(Prepared(insert(table_of(SignIn)).returning(table_of(SignIn).c.id)),
                    token_hash=b"1" * 32, created_at=now, expires_at=now).scalar_one()  # fmt: skip
    assert db.session.get_one(SignIn, first).data == {}


def test_the_same_statement_takes_other_columns(app, now):
    execute(ADD, username="a", old_passwords=[], created_at=now)
    execute(ADD, username="b", old_passwords=[], created_at=now, email="b@northfield.example")
    emails = {row.username: row.email for row in db.session.scalars(select(User))}
    assert emails == {"a": "", "b": "b@northfield.example"}


def test_nothing_found_is_none_and_no_row_is_an_error(app):
    found = execute(FIND, username="nobody")
    assert (found.first(), found.scalar()) == (None, None)
    with pytest.raises(NoResultFound):
        found.one()


def test_a_broken_rule_is_the_error_that_sqlalchemy_raises(added, now):
    with pytest.raises(IntegrityError):
        execute(ADD, username="ines", old_passwords=[], created_at=now)
    db.session.rollback()


@pytest.mark.parametrize("name", ["'; drop table users; --", "漢字", "a\\b%s%(x)s?:y", " "])
def test_values_are_never_read_as_a_statement(app, now, name):
    execute(ADD, username=name, old_passwords=[], created_at=now)
    assert execute(FIND, username=name).one().username == name


def test_it_belongs_to_the_transaction_of_the_session(added):
    db.session.rollback()
    assert execute(FIND, username="ines").first() is None


def test_bytes_and_moments_of_other_zones(app, now):
    zone = datetime(2026, 11, 24, 10, 0, tzinfo=UTC).astimezone() + timedelta(0)
    statement = Prepared(insert(table_of(UsedToken)).returning(table_of(UsedToken).c.expires_at))
    assert execute(statement, hash=b"\0" * 16, expires_at=zone).scalar_one() == zone
