from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from lti_proctor.extensions import db
from lti_proctor.once import UsedToken
from lti_proctor.people.models import User

MADRID = timezone(timedelta(hours=1))


def keep(moment):
    db.session.execute(insert(UsedToken).values(hash=b"x" * 16, expires_at=moment))
    return db.session.scalars(select(UsedToken.expires_at)).one()


@pytest.mark.parametrize("zone", [UTC, MADRID])
def test_a_moment_comes_back_aware_and_in_utc(app, zone):
    moment = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=zone)
    found = keep(moment)
    assert found == moment
    assert found.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(app):
    with pytest.raises(StatementError, match="without a time zone"):
        keep(datetime(2026, 11, 24, 9, 0))


def test_an_enum_is_stored_as_its_value_and_the_database_refuses_others(app, now):
    db.session.add(User(username="anna", old_passwords=[], created_at=now))
    db.session.flush()
    assert db.session.execute(text("SELECT role FROM users")).scalar_one() == "student"
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE users SET role = 'emperor'"))
