from datetime import timedelta

from sqlalchemy import func, select

from lti_proctor import once
from lti_proctor.extensions import db
from lti_proctor.once import UsedToken


def kept():
    return db.session.scalar(select(func.count()).select_from(UsedToken))


def test_a_value_is_used_once(app, now):
    assert once.use("nonce", "a", expires_at=now)
    assert not once.use("nonce", "a", expires_at=now + timedelta(days=1))


def test_another_value_or_another_purpose_is_another_thing(app, now):
    assert all(once.use(*pair, expires_at=now) for pair in [("nonce", "a"), ("nonce", "b"), ("ticket", "a")])


def test_a_used_value_does_not_undo_what_was_written_before(app, now):
    once.use("nonce", "a", expires_at=now)
    once.use("nonce", "a", expires_at=now)
    once.use("nonce", "b", expires_at=now)
    db.session.commit()
    assert kept() == 2


def test_another_process_finds_a_value_used(app, now, elsewhere):
    def use():
        with app.app_context():
            found = once.use("nonce", "a", expires_at=now)
            db.session.commit()
            return found

    assert elsewhere(use)
    assert not elsewhere(use)
    assert not once.use("nonce", "a", expires_at=now)


def test_what_could_not_be_valid_any_more_is_forgotten(app, now, time):
    once.use("nonce", "old", expires_at=now - timedelta(seconds=1))
    once.use("nonce", "new", expires_at=now + timedelta(minutes=5))
    once.forget()
    assert kept() == 1


def test_the_value_itself_is_not_kept(app, now):
    once.use("nonce", "secret value", expires_at=now)
    row = db.session.scalars(select(UsedToken)).one()
    assert len(row.hash) == 16
    assert b"secret" not in row.hash
