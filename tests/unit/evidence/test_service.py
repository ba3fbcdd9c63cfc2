import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from lti_proctor import journal, outbox
from lti_proctor.attempts.service import subject_of
from lti_proctor.attempts.steps import CONSENT_VERSION
from lti_proctor.errors import Invalid, NotFound, Refused, Upstream
from lti_proctor.evidence import service as evidence
from lti_proctor.evidence.models import Evidence, EvidenceKind
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.storage import Store, store
from tests.factories import STAFF, make_attempt, make_exam

FACE, PASSPORT = EvidenceKind.face, EvidenceKind.passport


def photo(color="red"):
    out = io.BytesIO()
    Image.new("RGB", (320, 240), color).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def files(app, tmp_path, monkeypatch):
    """A folder of this test's own; what lies in it."""
    monkeypatch.setitem(app.extensions, "store", Store(f"file://{tmp_path / 'files'}"))
    return lambda: sorted(path for path in Path(tmp_path / "files").rglob("*") if path.is_file())


@pytest.fixture
def attempt(app, files, now):
    return make_attempt(now, exam=make_exam(now, addons=frozenset({Addon.face})))


def learner(attempt):
    return Actor(Role.learner, attempt.user_id)


def agree(attempt, now):
    return evidence.give_consent(attempt, locale="es", actor=learner(attempt), now=now)


def keep(attempt, now, kind=FACE, upload=None):
    return evidence.keep_photo(attempt, kind, photo() if upload is None else upload, actor=learner(attempt), now=now)


def refusal(*args, **kwargs):
    with pytest.raises(Refused) as refused:
        keep(*args, **kwargs)
    return refused.value.code


def test_consent_is_kept_with_what_was_agreed_to(attempt, now):
    consent = agree(attempt, now)
    db.session.flush()
    assert (consent.captures, consent.locale, consent.text_version) == (["face_photo"], "es", CONSENT_VERSION)
    assert (consent.config_version, consent.agreed_at) == (1, now)
    assert evidence.consent_of(attempt).id == consent.id
    assert journal.entries_of(subject_of(attempt))[-1].action == "consent.given"


def test_a_photo_is_kept_after_consent_only(attempt, now, files):
    assert refusal(attempt, now) == "no_consent"
    assert files() == []
    agree(attempt, now)
    kept = keep(attempt, now)
    data = store().get(kept.key)
    assert (kept.sha256, kept.n_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (kept.width, kept.height, kept.media_type) == (320, 240, "image/jpeg")
    assert journal.entries_of(subject_of(attempt))[-1].data["sha256"] == kept.sha256


def test_consent_to_one_photo_is_not_consent_to_another(attempt, now):
    agree(attempt, now)
    assert refusal(attempt, now, PASSPORT) == "no_consent"


def test_consent_to_other_rules_does_not_count(attempt, now):
    agree(attempt, now)
    changed = attempt.exam.config.model_copy(update={"rules": "New ones."})
    exams.change_exam(attempt.exam, title="Final", kind=attempt.exam.kind, config=changed, actor=STAFF, now=now)
    assert evidence.consent_of(attempt) is None
    assert refusal(attempt, now) == "no_consent"


def test_a_newer_photo_takes_the_place_of_the_one_before(attempt, now, files, time):
    agree(attempt, now)
    first = keep(attempt, now)
    first_key = first.key
    second = keep(attempt, now, upload=photo("blue"))
    db.session.flush()
    assert [row.id for row in evidence.photos_of(attempt, FACE)] == [second.id]
    db.session.commit()
    outbox.deliver_due()
    assert len(files()) == 1
    with pytest.raises(NotFound):
        store().get(first_key)
    actions = [entry.action for entry in journal.entries_of(subject_of(attempt))]
    assert actions[-2:] == ["evidence.removed", "evidence.kept"]


def test_a_photo_that_can_not_be_read_leaves_the_one_before(attempt, now, files):
    agree(attempt, now)
    kept = keep(attempt, now)
    with pytest.raises(Invalid):
        keep(attempt, now, upload=b"no photo")
    assert store().get(kept.key)
    assert len(files()) == 1


def test_a_full_store_changes_nothing(attempt, now, monkeypatch):
    agree(attempt, now)
    kept = keep(attempt, now)

    def full(*args):
        raise Upstream("storage_unavailable", permanent=False)

    monkeypatch.setattr(store(), "put", full)
    with pytest.raises(Upstream):
        keep(attempt, now)
    monkeypatch.undo()
    assert [row.id for row in evidence.photos_of(attempt)] == [kept.id]


def test_a_photo_survives_a_request_that_fails_after_it_was_replaced(app, tmp_path, monkeypatch, now):
    monkeypatch.setitem(app.extensions, "store", Store(f"file://{tmp_path / 'files'}"))
    attempt = make_attempt(now, exam=make_exam(now, addons=frozenset({Addon.face})))
    agree(attempt, now)
    key = keep(attempt, now).key
    db.session.commit()
    keep(attempt, now, upload=photo("blue"))
    db.session.rollback()
    assert [row.key for row in evidence.photos_of(attempt)] == [key]
    assert store().get(key)


def test_names_of_files_tell_nothing_and_can_not_be_guessed(attempt, now):
    agree(attempt, now)
    key = keep(attempt, now).key
    assert key.startswith(f"attempts/{attempt.id}/face-")
    assert len(key) > len(f"attempts/{attempt.id}/face-.jpg") + 12
    assert attempt.user.name.split()[0].lower() not in key


def test_evidence_nobody_kept_is_not_found(app):
    with pytest.raises(NotFound):
        evidence.get_evidence(4711)


@pytest.mark.parametrize(("expires", "days"), [(7, 7), (None, 60)])
def test_evidence_is_kept_as_long_as_the_exam_says_or_else_the_site(app, now, expires, days):
    attempt = make_attempt(now, exam=make_exam(now, expires=expires))
    assert evidence.kept_until(attempt, now) == now + timedelta(days=days)
    attempt.stopped_at = now - timedelta(days=3)
    assert evidence.kept_until(attempt, now) == now + timedelta(days=days - 3)


def test_removing_an_attempt_removes_its_rows(attempt, now):
    agree(attempt, now)
    keep(attempt, now)
    db.session.commit()
    db.session.delete(attempt)
    db.session.commit()
    assert db.session.query(Evidence).count() == 0
