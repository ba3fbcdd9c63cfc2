from dataclasses import replace

import pytest
from sqlalchemy import func, select

from lti_proctor import journal
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Invalid, NotFound, Refused
from lti_proctor.extensions import db
from lti_proctor.people.models import Identity, User
from lti_proctor.platforms import service as platforms
from lti_proctor.platforms.models import Course, Deployment, ResourceLink
from lti_proctor.platforms.service import PlatformDetails
from tests.factories import STAFF, make_platform, make_submitted

DETAILS = PlatformDetails(
    name="An LMS",
    issuer="https://lms.example",
    client_id="client-1",
    auth_login_url="https://lms.example/auth",
    auth_token_url="https://lms.example/token",
    key_set_url="https://lms.example/keys",
    deployment_ids=("1", "2", "1"),
)


def add(now, **changes):
    return platforms.add_platform(replace(DETAILS, **changes), actor=STAFF, now=now)


def deployments(registration):
    return [deployment.deployment_id for deployment in registration.deployments]


def test_a_platform_is_added_with_its_deployments(app, now):
    platform = add(now)
    assert (platform.is_active, deployments(platform), platform.role_map) == (True, ["1", "2"], {})
    assert platforms.get_registration("https://lms.example", "client-1").id == platform.id
    assert [e.action for e in journal.entries_of(f"platform:{platform.id}")] == ["platform.added"]


def test_adding_the_same_platform_again_brings_it_up_to_date(app, now):
    first = add(now)
    second = add(now, name="Renamed", deployment_ids=("3",))
    assert first.id == second.id
    assert (second.name, deployments(second)) == ("Renamed", ["1", "2", "3"])
    assert [e.action for e in journal.entries_of(f"platform:{first.id}")] == ["platform.added", "platform.changed"]


def test_another_client_of_the_same_issuer_is_another_platform(app, now):
    assert add(now).id != add(now, client_id="client-2").id
    assert len(platforms.all_platforms()) == 2


def test_a_new_address_of_the_keys_forgets_the_old_keys(app, now):
    platform = add(now)
    platform.key_set, platform.key_set_at = {"keys": []}, now
    add(now)
    assert platforms.key_set_of(platform.id) == ({"keys": []}, now)
    add(now, key_set_url="https://lms.example/new-keys")
    db.session.flush()
    assert platforms.key_set_of(platform.id)[0] is None


def test_an_invited_platform_waits_and_adding_it_again_does_not_switch_it_off(app, now):
    waiting = platforms.add_platform(DETAILS, actor=STAFF, now=now, is_active=False)
    assert not waiting.is_active
    assert add(now).is_active
    assert platforms.add_platform(DETAILS, actor=STAFF, now=now, is_active=False).is_active


ADDRESSES = ("auth_login_url", "auth_token_url", "key_set_url")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((name, value) for name in ("name", "issuer", "client_id") for value in ("", "  ", "x" * 256, "a\0b")),
        *((name, value) for name in ADDRESSES for value in ("", "lms.example/x", "ftp://lms.example", "javascript:x")),
        *((name, "https://") for name in ADDRESSES),
        *(pytest.param(name, "https://[::1") for name in ADDRESSES),
    ],
)
def test_what_can_not_be_a_platform_is_refused(app, now, field, value):
    with pytest.raises(Invalid) as invalid:
        add(now, **{field: value})
    assert invalid.value.details == {"field": field}


def test_a_platform_nobody_registered_is_not_found(app):
    assert platforms.find_registration("https://lms.example", "client-1") is None
    with pytest.raises(NotFound):
        platforms.get_registration("https://lms.example", "client-1")


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_removing_a_platform_leaves_people_and_their_attempts(app, now):
    attempt = make_submitted(now)
    platform = attempt.exam.course.deployment.registration
    db.session.commit()
    platforms.remove_platform(platform, actor=STAFF, now=now)
    db.session.commit()
    assert [count(model) for model in (Deployment, Course, ResourceLink, Identity)] == [0, 0, 0, 0]
    assert (count(User), count(Attempt)) == (1, 1)
    assert (attempt.link, attempt.exam.course, attempt.status) == (None, None, "submitted")
    assert [e.action for e in journal.entries_of(f"platform:{platform.id}")][-1] == "platform.removed"


def test_a_removed_platform_can_be_added_again(app, now):
    platforms.remove_platform(make_platform(now), actor=STAFF, now=now)
    assert deployments(make_platform(now)) == ["1"]


def actions(platform):
    return [entry.action for entry in journal.entries_of(f"platform:{platform.id}")][1:]


def test_a_platform_is_changed_under_its_own_key_and_the_journal_tells_what(app, now):
    platform = add(now)
    platform.key_set = {"keys": []}
    details = replace(DETAILS, name="Renamed", client_id="client-9", auth_audience="https://lms.example/aud")
    platforms.change_platform(platform, details, actor=STAFF, now=now)
    assert (platform.name, platform.client_id, platform.key_set) == ("Renamed", "client-9", {"keys": []})
    entry = journal.entries_of(f"platform:{platform.id}")[-1]
    assert entry.data == {
        "name": ["An LMS", "Renamed"],
        "client_id": ["client-1", "client-9"],
        "auth_audience": [None, "https://lms.example/aud"],
    }
    platforms.change_platform(platform, details, actor=STAFF, now=now)
    assert actions(platform) == ["platform.changed"]


def test_two_platforms_never_share_issuer_and_client_id(app, now):
    first = add(now)
    second = add(now, client_id="client-2")
    with pytest.raises(Refused) as refused:
        platforms.change_platform(second, DETAILS, actor=STAFF, now=now)
    assert refused.value.code == "platform_exists"
    platforms.change_platform(first, DETAILS, actor=STAFF, now=now)


def test_a_platform_is_switched_off_and_on_once_each(app, now):
    platform = add(now)
    for verb in (platforms.deactivate_platform, platforms.approve_platform):
        verb(platform, actor=STAFF, now=now)
        verb(platform, actor=STAFF, now=now)
    assert platform.is_active
    assert actions(platform) == ["platform.deactivated", "platform.approved"]


def test_deployments_come_and_go(app, now):
    platform = add(now)
    platforms.add_deployment(platform, "3", actor=STAFF, now=now)
    platforms.add_deployment(platform, "3", actor=STAFF, now=now)
    assert deployments(platform) == ["1", "2", "3"]
    platforms.remove_deployment(platform.deployments[0], n_attempts=0, actor=STAFF, now=now)
    db.session.flush()
    assert deployments(platform) == ["2", "3"]
    assert actions(platform) == ["platform.deployment_added", "platform.deployment_removed"]


def test_a_deployment_with_attempts_stays(app, now):
    platform = add(now)
    with pytest.raises(Refused) as refused:
        platforms.remove_deployment(platform.deployments[0], n_attempts=1, actor=STAFF, now=now)
    assert (refused.value.code, refused.value.details) == ("deployment_used", {"attempts": 1})
    assert deployments(platform) == ["1", "2"]


@pytest.mark.parametrize("deployment_id", ["", " ", "x" * 256, "a\0b", "a\nb"])
def test_what_can_not_be_a_deployment_is_refused(app, now, deployment_id):
    with pytest.raises(Invalid):
        platforms.add_deployment(add(now), deployment_id, actor=STAFF, now=now)


def test_every_problem_is_told_by_its_field():
    details = replace(
        DETAILS, name="", issuer="a\0b", auth_login_url="here", key_set_url="https://lms.example/\n",
        auth_audience="\0", deployment_ids=("1", ""),
    )  # fmt: skip
    wrong = ["name", "issuer", "auth_login_url", "key_set_url", "auth_audience", "deployment_ids"]
    assert platforms.problems_of(details) == wrong
    assert platforms.problems_of(DETAILS) == []


def test_a_role_map_is_kept_and_told(app, now):
    platform = add(now)
    platforms.change_role_map(platform, {"Mentor": "assistant"}, actor=STAFF, now=now)
    platforms.change_role_map(platform, {"Mentor": "assistant"}, actor=STAFF, now=now)
    assert platform.role_map == {"Mentor": "assistant"}
    assert journal.entries_of(f"platform:{platform.id}")[-1].data == {"before": {}, "after": {"Mentor": "assistant"}}
    assert actions(platform) == ["platform.roles_changed"]
