"""The people of a site: the site's obscured id leads to a person here, and to nobody of another site."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select

from lti_proctor import journal
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Phase
from lti_proctor.attempts.models import Attempt
from lti_proctor.errors import Forbidden
from lti_proctor.extensions import add_if_new, db, table_of
from lti_proctor.journal import Actor
from lti_proctor.people.models import Identity, User
from lti_proctor.people.service import end_all_sign_ins
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.providers.server import forgetting
from lti_proctor.providers.server.models import ProviderClient

PROVIDER = "site"


def find_person(client: ProviderClient, external_id: str) -> User | None:
    query = select(User).join(Identity, Identity.user_id == User.id)
    mine = (Identity.registration_id == client.registration_id, Identity.subject == external_id)
    return db.session.scalars(query.where(*mine)).one_or_none()


def find_or_add_person(client: ProviderClient, external_id: str, full_name: str, email: str, *, now: datetime) -> User:
    """The person behind a site's id, with the name and address of now.

    Raises `Forbidden("not_allowed")` for somebody locked.
    """
    user = find_person(client, external_id) or _add(client, external_id, now)
    if user.is_locked:
        raise Forbidden("not_allowed")
    given, _, family = full_name.partition(" ")
    told = {"nickname": full_name, "given_name": given, "family_name": family, "email": email}
    for name, value in told.items():
        if value and getattr(user, name) != value:
            setattr(user, name, value)
    return user


def _add(client: ProviderClient, external_id: str, now: datetime) -> User:
    user = User(username=f"site-{secrets.token_hex(8)}", provider=PROVIDER, role=SiteRole.student, created_at=now)
    user.old_passwords = []
    db.session.add(user)
    db.session.flush()
    wanted = {"registration_id": client.registration_id, "subject": external_id}
    if add_if_new(Identity, user_id=user.id, **wanted) is not None:
        return user
    # Two first messages at once: the other one was quicker, so ours goes and theirs counts.
    db.session.expunge(user)
    db.session.execute(table_of(User).delete().where(User.id == user.id))
    found = find_person(client, external_id)
    if found is None:
        raise Forbidden("not_allowed")
    return found


def email_at(client: ProviderClient, user_id: int) -> str:
    """The address of somebody whom the site itself sent; empty for everybody else."""
    query = select(User.email).join(Identity, Identity.user_id == User.id)
    mine = (Identity.registration_id == client.registration_id, User.id == user_id)
    return db.session.scalars(query.where(*mine)).first() or ""


def retire(client: ProviderClient, external_id: str, *, actor: Actor, now: datetime) -> bool:
    """Forget a person of a site: evidence, name, address, the way in. What stays are attempts of nobody.

    True when nothing is left, also of somebody who never was here; False while an attempt of theirs runs.
    """
    user = find_person(client, external_id)
    if user is None:
        return True
    tries = list(db.session.scalars(select(Attempt).where(Attempt.user_id == user.id)))
    for attempt in tries:
        attempts.refresh(attempt, now=now)
    if any(attempt.phase == Phase.running for attempt in tries):
        return False
    for attempt in tries:
        forgetting.remove_evidence(attempt, actor=actor, now=now)
        attempt.ipaddress = attempt.useragent = None
    forgetting.remove_profile(user.id)
    user.nickname = user.given_name = user.family_name = user.email = ""
    user.locale = user.timezone = None
    user.is_locked = True
    end_all_sign_ins(user.id)
    mine = (Identity.registration_id == client.registration_id, Identity.user_id == user.id)
    db.session.execute(delete(Identity).where(*mine))
    journal.record(actor, "user.retired", f"user:{user.id}", {"attempts": len(tries)}, now)
    return True
