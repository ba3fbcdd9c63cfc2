from datetime import timedelta

import pytest

from lti_proctor import journal
from lti_proctor.errors import Refused
from lti_proctor.extensions import db
from lti_proctor.platforms import invites
from tests.factories import STAFF, make_platform


def make(now, *, hours=2):
    token = invites.make_invite(hours=hours, approves=False, note="Northfield", actor=STAFF, now=now)
    return invites.get_invite(token, now=now)


def test_open_invitations_are_those_that_somebody_may_still_use(app, now):
    long, short, used = make(now, hours=5), make(now, hours=1), make(now)
    invites.use_invite(used, make_platform(now), actor=STAFF, now=now)
    assert invites.open_invites(now=now) == [short, long]
    assert invites.open_invites(now=now + timedelta(hours=1)) == [long]


def test_a_withdrawn_invitation_is_unknown(app, now):
    token = invites.make_invite(hours=1, approves=False, actor=STAFF, now=now)
    invite = invites.get_invite(token, now=now)
    invites.withdraw_invite(invite, actor=STAFF, now=now)
    db.session.flush()
    with pytest.raises(Refused) as refused:
        invites.get_invite(token, now=now)
    assert refused.value.code == "invite_unknown"
    assert [e.action for e in journal.entries_of(f"invite:{invite.id}")] == ["invite.made", "invite.withdrawn"]


def test_a_used_invitation_is_not_withdrawn(app, now):
    invite = make(now)
    invites.use_invite(invite, make_platform(now), actor=STAFF, now=now)
    with pytest.raises(Refused) as refused:
        invites.withdraw_invite(invite, actor=STAFF, now=now)
    assert refused.value.code == "invite_used"


def test_an_invitation_that_is_withdrawn_meanwhile_can_not_be_used(app, now):
    invite = make(now)
    invites.withdraw_invite(invite, actor=STAFF, now=now)
    db.session.flush()
    with pytest.raises(Refused):
        invites.use_invite(invite, make_platform(now), actor=STAFF, now=now)
