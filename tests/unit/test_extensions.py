from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from lti_proctor import extensions
from lti_proctor.extensions import add_if_new, db
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


def test_a_row_is_added_once_and_the_transaction_stays_whole(app, now):
    values = {"hash": b"x" * 16, "expires_at": now}
    assert add_if_new(UsedToken, **values)
    assert add_if_new(UsedToken, **values) is None
    assert add_if_new(UsedToken, **{**values, "hash": b"y" * 16})
    db.session.commit()
    assert db.session.query(UsedToken).count() == 2


def test_a_row_that_breaks_another_rule_than_uniqueness_is_an_error(app, now):
    with pytest.raises(IntegrityError):
        add_if_new(UsedToken, hash=None, expires_at=now)


def test_prepared_statements_belong_to_the_transaction_of_the_session(app, now):
    add_if_new(UsedToken, hash=b"x" * 16, expires_at=now)
    db.session.rollback()
    add_if_new(UsedToken, hash=b"y" * 16, expires_at=now)
    db.session.commit()
    assert [row.hash for row in db.session.query(UsedToken)] == [b"y" * 16]


def test_a_savepoint_that_is_rolled_back_takes_back_only_its_own(app, now):
    add_if_new(UsedToken, hash=b"x" * 16, expires_at=now)
    nested = db.session.begin_nested()
    add_if_new(UsedToken, hash=b"y" * 16, expires_at=now)
    nested.rollback()
    db.session.commit()
    assert [row.hash for row in db.session.query(UsedToken)] == [b"x" * 16]


def test_a_connection_that_the_database_closed_while_it_lay_idle_is_replaced(app, monkeypatch):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite closes no connection")
    pid = text("SELECT pg_backend_pid()")
    db.session.remove()
    with db.engine.connect() as other:
        with db.engine.connect() as line:
            idle = line.scalar(pid)
        other.execute(text(f"SELECT pg_terminate_backend({idle}, 5000)"))
        monkeypatch.setattr(extensions, "IDLE_SECONDS", -1)
        with db.engine.connect() as line:
            assert line.scalar(pid) not in {None, idle}
