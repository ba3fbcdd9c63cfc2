"""The steps about names and documents: what works, what waits, what is told in words."""

import io

import pytest
from PIL import Image

from lti_proctor import outbox
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.attempts.steps import Outcome
from lti_proctor.documents import reading
from lti_proctor.documents.models import Reading
from lti_proctor.evidence.models import Evidence
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal.models import Entry
from tests.conftest import csrf_of
from tests.factories import make_attempt, make_exam, make_user
from tests.factories.documents import Specimen, as_bytes, zone
from tests.unit.evidence.test_pdf import LOCKED, SLOW, made, written

ANNA = list(zone(Specimen()))
OTHER = list(zone(Specimen(surname="BERG", given="JONAS")))
NEARLY = list(zone(Specimen(surname="ERIKSSON", given="INA")))


class Learner:
    """Somebody in the set-up who has agreed already."""

    def __init__(self, browser, attempt):
        self.browser, self.attempt, self.token = browser, attempt, csrf_of(browser)
        self.post("steps/rules", rules="1", consent="1")

    def path(self, path=""):
        return f"/attempts/{self.attempt.id}" + (f"/{path}" if path else "")

    def get(self, path=""):
        return self.browser.get(self.path(path), follow_redirects=True)

    def post(self, path, **fields):
        return self.browser.post(self.path(path), data={"csrf_token": self.token, **fields})

    def send(self, step, upload=None, name="a.jpg"):
        return self.post(f"steps/{step}", photo=(io.BytesIO(picture() if upload is None else upload), name))

    def outcome(self, step):
        return next((row.outcome for row in self.attempt.steps if row.step == step), None)

    @property
    def pages(self):
        return [row for row in db.session.query(Evidence).order_by(Evidence.id) if row.kind == "extrapage"]


def picture(size=(640, 400), kind="JPEG"):
    return as_bytes(Image.new("RGB", size, "#336699"), kind)


@pytest.fixture
def rows(monkeypatch):
    """What the reader sees on every document; set it before the document is read."""
    seen = {"rows": ANNA}
    monkeypatch.setattr(reading, "read_rows", lambda *_args, **_more: seen["rows"])
    return seen


@pytest.fixture
def learner(app, sign_in, now, time):
    def come(*addons, **user):
        exam = make_exam(now, addons=frozenset(addons))
        somebody = make_user(now, platform=exam.course.deployment.registration, name="Anna Eriksson", **user)
        attempt = make_attempt(now, exam=exam, user=somebody, status=Status.download_software_clicked)
        return Learner(sign_in(attempt.user, {exam.course_id: "learner"}), attempt)

    return come


NAMED = (Addon.profile, Addon.passport, Addon.name_)
HELD = (*NAMED, Addon.verify)


# ── The learner's own name


def test_the_name_of_the_launch_is_suggested_and_may_be_changed(learner):
    one = learner(Addon.profile, given_name="Anna", family_name="Eriksson")
    page = one.get("steps/profile").text
    assert 'value="Anna"' in page
    assert 'value="Eriksson"' in page
    assert one.post("steps/profile", given="Anna Maria", family="Eriksson-Løv").status_code == 303
    assert one.attempt.steps[-1].data == {"given": "Anna Maria", "family": "Eriksson-Løv"}
    assert 'value="Eriksson-Løv"' in one.get("steps/profile").text
    assert one.attempt.status == Status.ready_to_start
    assert one.attempt.user.family_name == "Eriksson"


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Madonna", ""),
        ("", "Suharto"),
        ("Seán", "O’Brien-Smith"),
        ("Иван", "Петров"),
        ("علی‌رضا", "رضایی"),
        ("  Ana   Luz ", "de la Peña, jr."),
        ("n" * 100, ""),
    ],
)
def test_names_of_the_world_are_taken_as_they_are_written(learner, given, family):
    one = learner(Addon.profile)
    assert one.post("steps/profile", given=given, family=family).status_code == 303


BAD_NAMES = {
    "nothing": ("", "", "Write your name"),
    "spaces": ("  ", " ", "Write your name"),
    "signs": ("--", "’", "Write your name"),
    "control characters": ("An\x07na", "Eriksson\x1b[31m", "Use letters"),
    "lines": ("Anna\nEriksson", "", "Use letters"),
    "turned around": ("Anna\u202e", "Eriksson", "Use letters"),
    "html": ("<b>Anna</b>", "<script>alert(1)</script>", "Use letters"),
    "a template": ("{{ 7 * 7 }}", "x", "Use letters"),
    "a picture": ("Anna 😀", "", "Use letters"),
    "too long": ("n" * 101, "", "room for 100"),
    "a book": ("n" * 100_000, "", "room for 100"),
}


@pytest.mark.parametrize(("given", "family", "said"), BAD_NAMES.values(), ids=BAD_NAMES.keys())
def test_what_is_no_name_is_told_on_the_page_and_stays_in_the_field(learner, given, family, said):
    one = learner(Addon.profile)
    answer = one.post("steps/profile", given=given, family=family)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<script>alert" not in answer.text
    assert one.outcome("profile") is None


# ── A document whose name is compared


def test_a_name_that_agrees_is_shown_and_lets_the_learner_go_on(learner, rows):
    one = learner(*HELD)
    one.post("steps/profile", given="Anna", family="Eriksson")
    assert one.send("passport").status_code == 303
    assert "is being read" in one.get("steps/passport").text
    outbox.deliver_due()
    page = one.get("steps/passport").text
    assert "agrees with yours" in page
    assert "ANNA MARIA ERIKSSON" in page
    one.post("steps/passport")
    assert (one.outcome("passport"), one.attempt.status) == (Outcome.done, Status.ready_to_start)


def test_a_difference_holds_the_learner_where_verification_is_mandatory(learner, rows):
    rows["rows"] = OTHER
    one = learner(*HELD)
    one.post("steps/profile", given="Anna", family="Eriksson")
    one.send("passport")
    outbox.deliver_due()
    for fields in ({}, {"person": "1"}):
        one.post("steps/passport", **fields)
        assert (one.outcome("passport"), one.attempt.status) == (Outcome.differs, Status.download_software_clicked)
    assert one.post("start").status_code == 409
    assert "The name on the document differs" in one.get().text
    page = one.get("steps/passport").text
    assert "is not the same as yours here" in page
    assert "JONAS BERG" in page
    assert "/steps/profile" in page


def test_another_picture_is_the_way_out(learner, rows):
    rows["rows"] = OTHER
    one = learner(*HELD)
    one.post("steps/profile", given="Anna", family="Eriksson")
    one.send("passport")
    outbox.deliver_due()
    one.post("steps/passport")
    rows["rows"] = ANNA
    one.send("passport")
    assert one.outcome("passport") is None
    outbox.deliver_due()
    one.post("steps/passport")
    assert (one.outcome("passport"), one.attempt.status) == (Outcome.done, Status.ready_to_start)


def test_a_name_written_right_is_the_other_way_out(learner, rows):
    one = learner(*HELD)
    one.post("steps/profile", given="Jonas", family="Berg")
    one.send("passport")
    outbox.deliver_due()
    one.post("steps/passport")
    assert one.outcome("passport") == Outcome.differs
    one.post("steps/profile", given="Anna", family="Eriksson")
    assert (one.outcome("passport"), one.attempt.status) == (Outcome.done, Status.ready_to_start)
    one.post("steps/profile", given="Jonas", family="Berg")
    one.get()
    assert (one.outcome("passport"), one.attempt.status) == (Outcome.differs, Status.download_software_clicked)


def test_without_mandatory_verification_a_difference_is_only_noted(learner, rows):
    rows["rows"] = OTHER
    one = learner(*NAMED)
    one.post("steps/profile", given="Anna", family="Eriksson")
    one.send("passport")
    one.post("steps/passport")
    assert (one.outcome("passport"), one.attempt.status) == (Outcome.done, Status.ready_to_start)
    outbox.deliver_due()
    assert (one.outcome("passport"), one.attempt.status) == (Outcome.differs, Status.ready_to_start)
    assert one.post("start").status_code == 303
    assert one.attempt.status == Status.started


@pytest.mark.parametrize("addons", [NAMED, HELD], ids=["noted", "mandatory"])
@pytest.mark.parametrize(
    ("seen", "said"),
    [(None, "could not be read"), ([], "could not be read"), (["Student card"], "could not be read"),
     (NEARLY, "a person will look")],
    ids=["no reader", "no text", "no name", "similar"],
)  # fmt: skip
def test_what_is_not_clear_is_never_held_against_anybody(learner, rows, addons, seen, said):
    rows["rows"] = seen
    one = learner(*addons)
    one.post("steps/profile", given="Anna", family="Eriksson")
    one.send("passport")
    outbox.deliver_due()
    assert said in one.get("steps/passport").text
    one.post("steps/passport")
    assert (one.outcome("passport"), one.attempt.status) == (Outcome.person, Status.ready_to_start)


def test_nobody_goes_past_a_reading_that_is_mandatory_nor_waits_for_ever(learner, rows, time):
    one = learner(*HELD)
    one.post("steps/profile", given="Anna", family="Eriksson")
    one.send("passport")
    early = one.post("steps/passport")
    assert early.status_code == 422
    assert "still being read" in early.text
    time.passes(seconds=200)
    assert "could not be read" in one.get("steps/passport").text
    one.post("steps/passport")
    assert (one.outcome("passport"), one.attempt.status) == (Outcome.person, Status.ready_to_start)


def test_no_document_at_all_is_for_a_person_and_waits_for_one_where_verification_is_mandatory(learner):
    free, held = learner(Addon.passport), learner(Addon.passport, Addon.verify)
    assert free.post("steps/passport").status_code == 422
    free.post("steps/passport", person="1")
    held.post("steps/passport", person="1")
    assert (free.outcome("passport"), free.attempt.status) == (Outcome.person, Status.ready_to_start)
    assert (held.outcome("passport"), held.attempt.status) == (Outcome.differs, Status.download_software_clicked)


def test_the_piece_that_is_looked_at_again_says_the_same_as_the_page(learner, rows):
    one = learner(*NAMED)
    one.post("steps/profile", given="Anna", family="Eriksson")
    one.send("passport")
    assert 'data-waiting="yes"' in one.get("steps/passport/reading").text
    outbox.deliver_due()
    piece = one.get("steps/passport/reading").text
    assert 'data-waiting="no"' in piece
    assert "<html" not in piece
    for nothing in ("face", "rules", "scan", "nowhere"):
        assert one.get(f"steps/{nothing}/reading").status_code == 404


def test_numbers_and_dates_of_a_document_are_kept_nowhere(learner, rows, capsys):
    one = learner(*NAMED)
    one.post("steps/profile", given="Anna", family="Eriksson")
    one.send("passport")
    outbox.deliver_due()
    one.post("steps/passport")
    kept = [row.__dict__ for model in (Reading, Entry, outbox.Effect) for row in db.session.query(model)]
    written_down = repr(kept) + repr([row.data for row in one.attempt.steps]) + capsys.readouterr().err
    assert len(kept) > 3
    assert not any(part in written_down for part in ("L898902C3", "740812", "320415"))
    names_logged = repr([row.data for row in db.session.query(Entry)])
    assert "ERIKSSON" not in names_logged.upper()


def test_a_name_that_was_read_goes_with_its_picture(learner, rows):
    one = learner(*NAMED)
    one.send("passport")
    outbox.deliver_due()
    assert db.session.query(Reading).one().name == "ANNA MARIA ERIKSSON"
    one.send("passport")
    outbox.deliver_due()
    assert db.session.query(Reading).count() == 1
    db.session.delete(db.session.query(Evidence).one())
    db.session.commit()
    assert db.session.query(Reading).count() == 0


# ── Scans and further pages

BAD_SCANS = {
    "nothing": (b"", "No picture arrived"),
    "text": (b"not a picture", "not a picture that we can read"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "not a picture that we can read"),
    "gif": (picture(kind="GIF"), "not a picture that we can read"),
    "81 megapixels": (as_bytes(Image.new("1", (9_000, 9_000)), "PNG"), "too many pixels"),
    "too small": (picture((20, 20)), "too small"),
    "a pdf with a password": (written(b"q Q", more=LOCKED), "protected by a password"),
    "a pdf without pages": (made(), "damaged or has no page"),
    "a broken pdf": (b"%PDF-1.7\n%garbage", "damaged or has no page"),
    "a pdf of 30 pages": (made(*[(100, 100)] * 30), "too many pages"),
    "a pdf that is one line": (made((14_400, 10)), "too small"),
}


@pytest.mark.parametrize(("upload", "said"), BAD_SCANS.values(), ids=BAD_SCANS.keys())
@pytest.mark.parametrize("step", ["scan", "extrapages"])
def test_what_can_not_be_kept_is_told_in_words(learner, step, upload, said):
    one = learner(Addon.scan, Addon.extrapages)
    answer = one.send(step, upload, "../../etc/passwd.pdf")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'role="alert"' in answer.text
    assert db.session.query(Evidence).count() == 0


def test_a_pdf_bomb_is_given_up(learner, app, monkeypatch):
    quick = app.extensions["settings"].model_copy(update={"pdf_seconds": 0.5})
    monkeypatch.setitem(app.extensions, "settings", quick)
    answer = learner(Addon.scan).send("scan", written(SLOW))
    assert answer.status_code == 422
    assert "too much time" in answer.text


@pytest.mark.parametrize(
    "upload",
    [picture(), picture(kind="PNG"), picture(kind="WEBP"), made((400, 300), (400, 300)), picture() + made((9, 9))],
    ids=["jpeg", "png", "webp", "pdf", "jpeg and pdf in one"],
)
def test_a_scan_is_kept_as_a_picture_of_our_own(learner, upload):
    one = learner(Addon.scan)
    assert one.send("scan", upload).status_code == 303
    kept = db.session.query(Evidence).one()
    assert (kept.kind, kept.media_type) == ("scan", "image/jpeg")
    page = one.browser.get(one.path(f"photos/{kept.id}"))
    assert page.data.startswith(b"\xff\xd8")
    assert b"%PDF" not in page.data
    one.post("steps/scan")
    assert one.outcome("scan") == Outcome.done


def test_a_pdf_is_no_photo_of_a_face_or_document(learner):
    one = learner(Addon.passport)
    assert one.send("passport", made((400, 300))).status_code == 422


def test_ten_pages_are_kept_and_can_be_taken_back(learner):
    one = learner(Addon.extrapages)
    assert one.post("steps/extrapages").status_code == 422
    for _ in range(10):
        assert one.send("extrapages").status_code == 303
    assert "too_many" not in one.send("extrapages").text
    assert len(one.pages) == 10
    assert "10 pages are kept" in one.get("steps/extrapages").text
    first = one.pages[0].id
    for _ in range(2):
        assert one.post(f"photos/{first}/remove").status_code == 303
    assert len(one.pages) == 9
    one.post("steps/extrapages")
    assert (one.outcome("extrapages"), one.attempt.status) == (Outcome.done, Status.ready_to_start)


def test_beside_a_document_further_pages_are_the_learner_s_choice(learner):
    one = learner(Addon.passport, Addon.extrapages)
    assert "Continue without further pages" in one.get("steps/extrapages").text
    one.post("steps/extrapages")
    assert one.outcome("extrapages") == Outcome.done


def test_only_further_pages_can_be_taken_back_and_only_before_the_start(learner):
    one = learner(Addon.passport, Addon.extrapages)
    one.send("passport")
    one.send("extrapages")
    document = db.session.query(Evidence).filter_by(kind="passport").one().id
    one.post(f"photos/{document}/remove")
    assert db.session.get(Evidence, document) is not None
    one.post("steps/passport")
    one.post("steps/extrapages")
    assert one.post("start").status_code == 303
    one.post(f"photos/{one.pages[0].id}/remove")
    assert len(one.pages) == 1


def test_everything_is_still_there_on_another_device(learner, rows, sign_in):
    one = learner(*NAMED, Addon.extrapages)
    one.post("steps/profile", given="Anna", family="Eriksson")
    one.send("passport")
    outbox.deliver_due()
    phone = Learner(sign_in(one.attempt.user, {one.attempt.exam.course_id: "learner"}), one.attempt)
    page = phone.get().text
    assert "This photo is kept" in page
    assert "agrees with yours" in page
