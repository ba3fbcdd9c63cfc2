"""Tickets into a window of its own, and the addresses of photos: whose they are, how often and how long they work."""

import hashlib
import io

import itsdangerous.timed
import pytest
from itsdangerous import URLSafeTimedSerializer
from PIL import Image

from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import EvidenceKind
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.people.models import SignIn
from lti_proctor.web import tickets
from lti_proctor.web.lti.pictures import verified_user
from tests.conftest import csrf_of
from tests.factories import make_attempt, make_course, make_exam, make_platform, make_user
from tests.lti.hostile.refusal import SPANISH, assert_refused

USED, OTHER = "ticket_used", "state_other_browser"
OWN_FORM = {**SPANISH, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def platform(app, now, time):
    return make_platform(now)


@pytest.fixture
def learner(now, platform):
    return make_user(now, platform=platform)


@pytest.fixture
def issue(app, learner):
    def make(path="/attempts/1", **data):
        with app.test_request_context():
            return tickets.issue_to(learner.id, path, {"parts": {}, **data})

    return make


@pytest.fixture
def is_refused(app):
    """No browser gets anywhere with this ticket."""

    def check(ticket, code=USED, *, headers=OWN_FORM, **options):
        def send():
            return app.test_client().post("/lti/continue", data={"ticket": ticket}, headers=headers)

        return assert_refused(send, code, secrets=[part for part in ticket.split(".") if len(part) > 20], **options)

    return check


TICKETS = {
    "empty": lambda t: "",
    "a word": lambda t: "x",
    "points": lambda t: "..",
    "cut": lambda t: t[:-1],
    "lengthened": lambda t: t + "A",
    "without its signature": lambda t: t.rsplit(".", 1)[0],
    "letters from elsewhere": lambda t: "é" + t[1:],
    "a blank behind": lambda t: t + " ",
    "twice": lambda t: t + t,
    "very long": lambda t: t * 1000,
}


@pytest.mark.parametrize("change", TICKETS.values(), ids=TICKETS.keys())
def test_a_ticket_that_is_not_ours_is_refused(issue, is_refused, change):
    is_refused(change(issue()), status=400)


def sealed(settings, value, salt="exam window"):
    kind = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(settings.secret_key, salt=salt, signer_kwargs=kind).dumps(value)


FOREIGN = {
    "of another site": lambda s: sealed(s.model_copy(update={"secret_key": "s" * 40}), ["/", 1, "u", {}]),
    "a state": lambda s: sealed(s, ["/", 1, "u", {}], "lti login"),
    "a picture": lambda s: sealed(s, 1, "picture"),
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_was_sealed_for_something_else_is_no_ticket(platform, settings, is_refused, make):
    is_refused(make(settings), status=400)


def test_a_ticket_works_once(issue, app, is_refused):
    ticket = issue()
    first = app.test_client().post("/lti/continue", data={"ticket": ticket}, headers=OWN_FORM)
    assert first.status_code == 303
    is_refused(ticket, status=400)


def test_a_ticket_ends(issue, is_refused, monkeypatch, settings):
    ticket = issue()
    later = itsdangerous.timed.time.time() + settings.ticket_seconds + 2
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    is_refused(ticket, status=400)


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "null"}, {}],
    ids=str,
)  # fmt: skip
def test_a_ticket_from_a_form_of_another_site_signs_nobody_in(issue, is_refused, app, headers):
    """Else whoever holds a ticket could sign other people in as themselves. Our own page still may use it."""
    ticket = issue()
    is_refused(ticket, OTHER, headers={**SPANISH, **headers}, status=400)
    assert app.test_client().post("/lti/continue", data={"ticket": ticket}, headers=OWN_FORM).status_code == 303


def test_a_ticket_of_somebody_who_was_locked_meanwhile_is_refused(issue, is_refused, learner):
    ticket = issue()
    learner.is_locked = True
    db.session.commit()
    is_refused(ticket, "not_allowed", status=403)


def test_a_ticket_of_somebody_who_is_gone_is_refused(issue, is_refused, app, now):
    with app.test_request_context():
        ticket = tickets.issue_to(99_999, "/attempts/1", {})
    is_refused(ticket, "not_allowed", status=403)


def test_a_ticket_of_a_platform_that_was_switched_off_meanwhile_is_refused(issue, is_refused, platform):
    ticket = issue()
    platform.is_active = False
    db.session.commit()
    is_refused(ticket, "platform_inactive", status=400)


def test_a_ticket_opens_one_attempt_only(app, sign_in, now, platform):
    mine, other = make_attempt(now), make_attempt(now)
    frame = sign_in(mine.user, {mine.exam.course_id: "learner"})
    ticket = frame.post(f"/attempts/{mine.id}/ticket", headers={"X-CSRFToken": csrf_of(frame)}).json["ticket"]

    def send():
        return app.test_client().post(f"/attempts/{other.id}/window", data={"ticket": ticket}, headers=OWN_FORM)

    assert_refused(send, USED, status=409)
    good = app.test_client().post(f"/attempts/{mine.id}/window", data={"ticket": ticket}, headers=OWN_FORM)
    assert good.status_code == 303


def test_nobody_gets_a_ticket_into_the_attempt_of_somebody_else(app, sign_in, now, platform):
    mine, other = make_attempt(now), make_attempt(now)
    frame = sign_in(mine.user, {mine.exam.course_id: "learner"})
    headers = {**SPANISH, "X-CSRFToken": csrf_of(frame)}
    assert_refused(lambda: frame.post(f"/attempts/{other.id}/ticket", headers=headers), "page", status=404)


def test_the_window_of_an_attempt_opens_from_our_own_pages_only(app, sign_in, now, platform):
    mine = make_attempt(now)
    frame = sign_in(mine.user, {mine.exam.course_id: "learner"})
    ticket = frame.post(f"/attempts/{mine.id}/ticket", headers={"X-CSRFToken": csrf_of(frame)}).json["ticket"]
    headers = {**SPANISH, "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    def send():
        return app.test_client().post(f"/attempts/{mine.id}/window", data={"ticket": ticket}, headers=headers)

    assert_refused(send, OTHER, status=409)
    assert db.session.query(SignIn).count() == 1


# the photo that Start Assessment names


@pytest.fixture
def photos(now, platform):
    """Keeps photos of an attempt: `photos(kind, colour)`."""
    exam = make_exam(now, make_course(now, platform), addons=frozenset({Addon.face, Addon.passport, Addon.rules}))
    attempt = make_attempt(now, exam=exam, user=make_user(now, platform=platform))
    actor = Actor(Role.learner, attempt.user_id)
    evidence.give_consent(attempt, locale="en", actor=actor, now=now)

    def keep(kind=EvidenceKind.face, colour="red"):
        out = io.BytesIO()
        Image.new("RGB", (100, 100), colour).save(out, "JPEG")
        return evidence.keep_photo(attempt, kind, out.getvalue(), actor=actor, now=now)

    keep.attempt = attempt
    return keep


@pytest.fixture
def address(app, photos):
    """The address of the photo of the face, as the LMS is told it."""
    photos()
    db.session.commit()
    with app.test_request_context():
        return verified_user(photos.attempt)["picture"].removeprefix("http://localhost:8000")


def test_whoever_was_told_the_address_gets_the_photo(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")


PICTURES = {
    "a number": lambda a: "1",
    "a word": lambda a: "x",
    "points": lambda a: "..",
    "cut": lambda a: a[:-1],
    "lengthened": lambda a: a + "A",
    "another first letter": lambda a: ("A" if a[0] != "A" else "B") + a[1:],
    "letters from elsewhere": lambda a: "é" + a[1:],
    "a way up": lambda a: "..%2F..%2Fconfig.json",
    "very long": lambda a: a * 100,
}


@pytest.mark.parametrize("change", PICTURES.values(), ids=PICTURES.keys())
def test_the_address_of_a_photo_cannot_be_guessed(client, address, change):
    base, _slash, token = address.rpartition("/")
    assert_refused(lambda: client.get(f"{base}/{change(token)}", headers=SPANISH), {"page", "status_404"}, status=404)


def refused_picture(client, address):
    assert_refused(lambda: client.get(address, headers=SPANISH), "page", status=404)


@pytest.mark.parametrize("salt", ["picture", "exam window", "lti login"])
def test_another_key_does_not_seal_an_address(client, address, settings, photos, salt):
    other = settings.model_copy(update={"secret_key": "s" * 40}) if salt == "picture" else settings
    for value in (photos.attempt.id, [1, "x"], 1, "1", None, {}):
        refused_picture(client, f"/lti/pictures/{sealed(other, value, salt)}")


@pytest.mark.parametrize("value", [0, -1, "1", "x", None, [], [1], [1, "x"], [1, 2, 3], {}, 10**30])
def test_an_address_of_an_earlier_version_leads_nowhere(client, address, settings, value):
    refused_picture(client, f"/lti/pictures/{sealed(settings, value, 'picture')}")


def test_the_address_ends(client, address, monkeypatch, settings):
    later = itsdangerous.timed.time.time() + settings.picture_hours * 3600 + 2
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    refused_picture(client, address)


def test_a_photo_that_is_gone_is_not_found(client, address, photos):
    for row in evidence.photos_of(photos.attempt):
        db.session.delete(row)
    db.session.commit()
    refused_picture(client, address)


@pytest.mark.parametrize(
    "change", [{"kind": EvidenceKind.passport}, {"sha256": "0" * 64}], ids=["another kind", "another photo"]
)
def test_the_address_shows_no_other_photo_that_took_its_number(client, address, photos, change):
    """A database may give the number of a deleted row to the next one."""
    (row,) = evidence.photos_of(photos.attempt)
    for name, value in change.items():
        setattr(row, name, value)
    db.session.commit()
    refused_picture(client, address)


def test_a_photo_whose_file_is_lost_is_not_found(client, address, photos):
    (row,) = evidence.photos_of(photos.attempt)
    row.key = "nowhere.jpg"
    db.session.commit()
    refused_picture(client, address)
