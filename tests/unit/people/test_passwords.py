from datetime import timedelta
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher

from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.people import passwords
from lti_proctor.people.models import FailedLogin
from lti_proctor.people.passwords import check_rules, is_right, set_password, tries_left
from tests.factories import make_user

GOOD = "correct horse battery staple"
MIXED = "Correct horse 4 battery"


def broken_rule(password, policy="asvs", username="anna"):
    try:
        check_rules(password, username=username, policy=policy)
    except Invalid as invalid:
        return invalid.code
    return None


@pytest.mark.parametrize(
    ("password", "asvs", "guide"),
    [
        (GOOD, None, "password_mixed"),
        (MIXED, None, None),
        ("x" * 11, "password_short", "password_short"),
        ("", "password_short", "password_short"),
        ("Tr0ub4dor&3", "password_short", "password_short"),
        (GOOD * 10, "password_long", "password_long"),
        ("aaaaaaaaaaaaaaaa", "password_common", "password_common"),
        ("Abababab1212ab", "password_common", "password_common"),
        ("password1234", "password_common", "password_common"),
        ("Administrator!!2026", "password_common", "password_common"),
        ("...university...", "password_common", "password_common"),
        ("I am Anna and 30", "password_common", "password_common"),
        ("каждый охотник желает", None, "password_mixed"),
        ("Каждый 7 охотников", None, None),
    ],
)
def test_a_new_password_is_judged_by_the_policy_of_the_site(password, asvs, guide):
    assert broken_rule(password) == asvs
    assert broken_rule(password, "guide") == guide


@pytest.mark.parametrize(("length", "rule"), [(12, None), (256, None), (257, "password_long")])
def test_the_limits_of_length_are_part_of_what_is_allowed(length, rule):
    assert broken_rule(("abcdefghij0123" * 30)[:length]) == rule


def test_a_password_is_kept_as_a_hash_and_found_right(app, now):
    user = make_user(now)
    set_password(user, GOOD, policy="asvs")
    assert GOOD not in user.password_hash
    assert is_right(user, GOOD)
    assert not is_right(user, GOOD + " ")
    assert not is_right(user, "")


def test_nobody_and_who_has_no_password_are_never_right(app, now):
    assert not is_right(None, GOOD)
    assert not is_right(make_user(now), GOOD)


def test_a_broken_hash_is_not_right(app, now):
    assert not is_right(make_user(now, password_hash="plain"), "plain")


def test_a_name_that_does_not_exist_costs_a_hash_as_well(app, monkeypatch):
    hashed = []
    monkeypatch.setattr(passwords, "_hasher", SimpleNamespace(hash=hashed.append))
    assert not is_right(None, GOOD)
    assert hashed == [GOOD]


def test_the_guide_remembers_five_passwords(app, now, monkeypatch):
    # Hashing is slow on purpose, and not what is tested here.
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    user = make_user(now)
    used = [f"Password of week {n}, quite long" for n in range(7)]
    for password in used:
        set_password(user, password, policy="guide")
    for password in used[-6:]:
        with pytest.raises(Invalid) as invalid:
            set_password(user, password, policy="guide")
        assert invalid.value.code == "password_used_before"
    set_password(user, used[0], policy="guide")
    assert len(user.old_passwords) == 5


def test_the_other_policy_remembers_nothing(app, now):
    user = make_user(now)
    set_password(user, GOOD, policy="asvs")
    set_password(user, GOOD, policy="asvs")
    assert is_right(user, GOOD)


def left(name, address, now):
    return tries_left(name, address, tries=3, pause_seconds=300, now=now)


def test_wrong_passwords_lead_to_a_pause_for_this_name_from_this_address_only(app, now):
    for _ in range(3):
        passwords.note_failure("anna", "192.0.2.1", now=now)
    assert left("anna", "192.0.2.1", now) == 0
    assert left("anna", "192.0.2.2", now) == 3
    assert left("bert", "192.0.2.1", now) == 3


def test_another_spelling_of_the_name_is_the_same_name(app, now):
    passwords.note_failure("Anna", "192.0.2.1", now=now)
    assert left("aNNA", "192.0.2.1", now) == 2


def test_a_pause_ends(app, now):
    for _ in range(5):
        passwords.note_failure("anna", "192.0.2.1", now=now)
    assert left("anna", "192.0.2.1", now + timedelta(seconds=299)) == 0
    assert left("anna", "192.0.2.1", now + timedelta(seconds=300)) == 3


def test_a_right_password_forgives_the_wrong_ones(app, now):
    passwords.note_failure("anna", "192.0.2.1", now=now)
    passwords.note_failure("anna", "192.0.2.2", now=now)
    passwords.forgive("ANNA", "192.0.2.1")
    assert (left("anna", "192.0.2.1", now), left("anna", "192.0.2.2", now)) == (3, 2)


def test_wrong_passwords_are_forgotten_after_a_day(app, now, time):
    passwords.note_failure("anna", "192.0.2.1", now=now - timedelta(hours=25))
    passwords.note_failure("anna", "192.0.2.1", now=now - timedelta(hours=23))
    passwords.forget_failures()
    assert db.session.query(FailedLogin).count() == 1


def test_neither_name_nor_address_is_kept(app, now):
    passwords.note_failure("anna", "192.0.2.1", now=now)
    row = db.session.query(FailedLogin).one()
    assert b"anna" not in row.key_hash
    assert len(row.key_hash) == 32
