from datetime import timedelta

import pytest

from lti_proctor import journal
from lti_proctor.errors import Invalid, NotFound
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.people.models import SignIn
from lti_proctor.people.passwords import is_right
from lti_proctor.people.site_roles import SiteRole
from tests.factories import STAFF, make_user

GOOD = "correct horse battery staple"


def add(now, username="anna", **more):
    values = {"role": SiteRole.proctor, "nickname": "Anna", "password": None, "policy": "asvs", **more}
    return people.add_user(username, **values, actor=STAFF, now=now)


def sign_in(user, now, *, hours=12, **data):
    token = people.new_token()
    people.open_sign_in(token, user_id=user and user.id, data=data, hours=hours, now=now)
    return token


def test_a_local_account_is_made_with_its_password(app, now):
    user = add(now, password=GOOD)
    assert (user.provider, user.role, is_right(user, GOOD)) == ("local", SiteRole.proctor, True)
    assert people.get_user("anna").id == user.id
    assert [e.action for e in journal.entries_of(f"user:{user.id}")] == ["user.added"]


@pytest.mark.parametrize("name", ["", "a b", "anna@example.edu", "x" * 65, "änna", "anna\n", "../anna", "a\0"])
def test_a_user_name_is_plain(app, now, name):
    with pytest.raises(Invalid) as invalid:
        add(now, name)
    assert invalid.value.code == "username"


def test_a_user_name_is_given_once(app, now):
    add(now)
    with pytest.raises(Invalid) as invalid:
        add(now)
    assert invalid.value.code == "username_taken"


def test_a_weak_password_makes_no_account(app, now):
    with pytest.raises(Invalid):
        add(now, password="short")
    assert people.find_user("anna") is None


def test_a_person_nobody_knows_is_not_found(app):
    with pytest.raises(NotFound):
        people.get_user("nobody")


def test_changing_a_role_is_written_down(app, now):
    user = make_user(now)
    people.change_role(user, SiteRole.administrator, actor=STAFF, now=now)
    entry = journal.entries_of(f"user:{user.id}")[-1]
    assert entry.data == {"before": "student", "after": "administrator"}


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"name": "Inés Márquez"}, "Inés Márquez"),
        ({"name": "", "given_name": "Inés", "family_name": "M."}, "Inés M."),
        ({"name": "", "family_name": "M."}, "M."),
        ({"name": "", "username": "anna"}, "anna"),
    ],
)
def test_pages_address_a_person_by_the_best_name_there_is(app, now, names, shown):
    user = make_user(now, **names)
    assert user.name == shown
    assert people.find_sign_in(sign_in(user, now), now=now).person.name == shown


def test_a_sign_in_is_found_by_its_token_until_it_ends(app, now):
    user = make_user(now)
    token = sign_in(user, now, hours=2, parts={"1": "learner"})
    found = people.find_sign_in(token, now=now + timedelta(minutes=119))
    assert (found.person.user_id, found.data) == (user.id, {"parts": {"1": "learner"}})
    assert people.find_sign_in(token, now=now + timedelta(hours=2)) is None


@pytest.mark.parametrize("token", ["", "x", "0" * 43])
def test_a_token_nobody_gave_out_opens_nothing(app, now, token):
    sign_in(make_user(now), now)
    assert people.find_sign_in(token, now=now) is None


def test_a_visitor_may_have_a_session_without_being_somebody(app, now):
    assert people.find_sign_in(sign_in(None, now, theme="dark"), now=now).person is None


def test_the_token_itself_is_not_kept(app, now):
    token = sign_in(make_user(now), now)
    assert token.encode() not in db.session.query(SignIn).one().token_hash


def test_a_new_password_ends_every_sign_in_of_that_person_only(app, now):
    user, other = make_user(now), make_user(now)
    mine, hers = [sign_in(user, now) for _ in range(2)], sign_in(other, now)
    people.change_password(user, GOOD, policy="asvs", actor=STAFF, now=now)
    assert [people.find_sign_in(token, now=now) for token in mine] == [None, None]
    assert people.find_sign_in(hers, now=now) is not None


def test_a_locked_person_is_out_at_once(app, now):
    user = make_user(now)
    token = sign_in(user, now)
    user.is_locked = True
    db.session.flush()
    assert people.find_sign_in(token, now=now) is None


def test_an_ended_sign_in_is_gone_and_others_stay(app, now):
    user = make_user(now)
    first, second = sign_in(user, now), sign_in(user, now)
    people.end_sign_in(people.find_sign_in(first, now=now).id)
    assert people.find_sign_in(first, now=now) is None
    assert people.find_sign_in(second, now=now) is not None


def test_a_session_keeps_what_it_learns(app, now):
    token = sign_in(make_user(now), now, language="en")
    people.update_sign_in(people.find_sign_in(token, now=now).id, {"language": "es"})
    assert people.find_sign_in(token, now=now).data == {"language": "es"}


def test_ended_sign_ins_are_forgotten(app, now, time):
    user = make_user(now)
    sign_in(user, now - timedelta(hours=3), hours=2)
    sign_in(user, now, hours=2)
    people.forget_sign_ins()
    assert db.session.query(SignIn).count() == 1


def test_tokens_are_long_and_never_the_same():
    tokens = {people.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43
