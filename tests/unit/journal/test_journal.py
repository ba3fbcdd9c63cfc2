"""The chain shows whether anybody touched the record."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lti_proctor import journal
from lti_proctor.extensions import db
from lti_proctor.journal import SYSTEM, Actor, Entry, Role, chain

LEARNER = Actor(Role.learner, 7)


def write(now, n=5, subject="attempt:1"):
    for i in range(n):
        journal.record(LEARNER, f"attempt.{i}", subject, {"n": i, "word": "ñ"}, now + timedelta(seconds=i))
    db.session.flush()


def change(number, /, **values):
    db.session.execute(update(Entry).where(Entry.chain == "attempt:1", Entry.place == number).values(**values))
    db.session.expire_all()


def test_an_untouched_record_has_no_broken_link(app, now):
    write(now)
    assert journal.broken_links("attempt:1") == []
    assert [entry.place for entry in journal.entries_of("attempt:1")] == [1, 2, 3, 4, 5]


def test_a_record_nobody_wrote_is_whole(app):
    assert journal.broken_links("attempt:404") == []


def test_chains_are_apart(app, now):
    write(now)
    write(now, 2, "exam:1")
    assert [entry.place for entry in journal.entries_of("exam:1")] == [1, 2]
    assert journal.broken_links("exam:1") == []


@pytest.mark.parametrize(
    "values",
    [
        {"data": {"n": 99, "word": "ñ"}},
        {"data": {"n": 2, "word": "ñ", "more": None}},
        {"action": "attempt.accept"},
        {"actor_role": "staff"},
        {"actor_id": 8},
        {"actor_id": None},
        {"at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"hash": b"\0" * 32},
    ],
    ids=str,
)
def test_a_changed_entry_is_found(app, now, values):
    write(now)
    change(3, **values)
    assert journal.broken_links("attempt:1")[0] == 3


@pytest.mark.parametrize(("place", "found"), [(1, [2]), (3, [4])])
def test_a_removed_entry_is_found(app, now, place, found):
    write(now)
    db.session.execute(delete(Entry).where(Entry.place == place))
    db.session.expire_all()
    assert journal.broken_links("attempt:1") == found


def test_two_entries_that_changed_places_are_found(app, now):
    write(now)
    change(2, place=100)
    change(3, place=2)
    change(100, place=3)
    assert set(journal.broken_links("attempt:1")) >= {2, 3}


def test_an_entry_of_another_record_is_found(app, now):
    write(now)
    write(now, 1, "attempt:2")
    moved = db.session.scalars(select(Entry).where(Entry.chain == "attempt:2")).one()
    db.session.execute(update(Entry).where(Entry.id == moved.id).values(chain="attempt:1", place=6))
    db.session.expire_all()
    assert journal.broken_links("attempt:1") == [6]


def test_a_place_is_given_once(app, now):
    write(now)
    with pytest.raises(IntegrityError):
        change(3, place=2)


def test_an_entry_says_who_and_what_and_the_system_is_the_clock(app, now):
    journal.record(SYSTEM, "attempt.expire", "attempt:1", {}, now)
    entry = journal.entries_of("attempt:1")[0]
    assert (entry.actor_role, entry.actor_id, entry.action, entry.at) == ("timer", None, "attempt.expire", now)


def test_a_rolled_back_change_leaves_no_entry(app, now):
    write(now, 1)
    db.session.rollback()
    assert journal.entries_of("attempt:1") == []


keys = st.text(max_size=8)
values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
bodies = st.dictionaries(keys, values, max_size=4)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@given(bodies, moments)
def test_the_same_entry_is_the_same_bytes_whatever_its_order_or_zone(data, at):
    turned = dict(reversed(list(data.items())))
    elsewhere = at.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert chain.canonical("c", 1, at, "a", "x", data) == chain.canonical("c", 1, elsewhere, "a", "x", turned)


@given(bodies, bodies)
def test_different_data_are_different_bytes(one, other):
    same = {repr(k): repr(v) for k, v in one.items()} == {repr(k): repr(v) for k, v in other.items()}
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert (chain.canonical("c", 1, at, "a", "x", one) == chain.canonical("c", 1, at, "a", "x", other)) is same
