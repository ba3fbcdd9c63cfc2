"""The report on paper: what stands on which page, in which language, and that it reaches nothing but its own pictures."""

import io
import re

import pypdfium2
import pytest
from PIL import Image
from pypdfium2 import raw

from lti_proctor import journal
from lti_proctor.attempts.service import subject_of
from lti_proctor.errors import Upstream
from lti_proctor.report import pdf
from lti_proctor.report.gather import gather
from lti_proctor.settings import ROOT
from lti_proctor.storage import store
from lti_proctor.web.report import pdf_page
from tests.factories import make_attempt, make_user
from tests.factories.reported import jpeg, make_reported

TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text("utf-8")
LIGHT = dict(re.findall(r"--([\w-]+):\s*light-dark\((#\w+),", TOKENS))


def pages(data):
    """The words of each page, without regard to how lines break."""
    document = pypdfium2.PdfDocument(data)
    assert raw.FPDFCatalog_IsTagged(document)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.fixture
def take(sign_in, now, time):
    def ask(attempt):
        time.passes(hours=2)
        teacher = sign_in(make_user(now, name="Dr Sol"), {attempt.exam.course_id: "instructor"})
        return teacher.get(f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report.pdf")

    return ask


def test_who_and_what_come_first_and_notes_from_the_third_page_on(app, now, time, take):
    attempt = make_reported(now, name="Inés <b>Márquez</b>")
    answer = take(attempt)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    first, second, third = pages(answer.data)
    for words in ("Inés <b>Márquez</b>", attempt.identifier, "November 24, 2026, 10:00", "55.0", "All is well."):
        assert words.replace(" ", "") in first.replace(" ", "").replace("\u202f", "")
    assert "The exam is not in front" in second
    assert journal.last_entry(subject_of(attempt), "report.taken").hash.hex() in second.replace(" ", "")
    for words in ("Looks <b>left</b>, then back", "A second voice", "Dr Vega"):
        assert words in third
        assert words not in first or words == "Dr Vega"
    assert third.endswith(f"{attempt.identifier} · 3 / 3")


def test_it_speaks_the_language_of_the_exam_from_right_to_left(app, now, time, take):
    attempt = make_reported(now, name="ليلى حسن", locale="ar")
    answer = take(attempt)
    found = pages(answer.data)
    assert "السجل" in found[1] or "لجسلا" in found[1]
    assert "History" not in found[1]


@pytest.mark.parametrize(("of_exam", "of_learner", "wanted"), [("ar", "es", "ar"), ("", "es", "es"), ("", "xx", "en")])
def test_the_language_is_the_exam_s_then_the_learner_s_then_the_site_s(app, now, of_exam, of_learner, wanted):
    attempt = make_attempt(now)
    attempt.exam.stored = {**attempt.exam.stored, "locale": of_exam}
    attempt.user.locale = of_learner
    with app.test_request_context():
        html, assets = pdf_page.page_of(attempt, gather(attempt, now=now))
    assert f'<html lang="{wanted}" dir="{"rtl" if wanted == "ar" else "ltr"}">' in html
    assert set(assets) == {"qr.svg", "heat.svg"}
    assert b"<path" in assets["qr.svg"][1]


@pytest.mark.parametrize("url", ["http://localhost/x", "file:///etc/passwd", "report:other.jpg"])
def test_a_page_that_asks_for_more_than_its_own_pictures_is_not_made(app, url):
    with pytest.raises(Upstream, match="pdf_unmade"):
        pdf.make(f'<p>x<img src="{url}">', "", {"one.jpg": ("image/jpeg", b"a")})


def test_what_can_t_be_made_is_told_in_words(app, now, time, take, monkeypatch, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(3)")
    monkeypatch.setattr(pdf, "PROGRAM", broken)
    answer = take(make_attempt(now))
    assert (answer.status_code, "The PDF could not be made" in answer.text) == (503, True)


def test_pictures_are_made_small(app, now):
    store().put("attempts/1/large.jpg", jpeg(size=(1600, 900)))
    store().put("attempts/1/broken.jpg", b"no picture")
    small = pdf.small_picture("attempts/1/large.jpg")
    assert Image.open(io.BytesIO(small)).size == (640, 360)
    assert pdf.small_picture("attempts/1/broken.jpg") is None
    assert pdf.small_picture("attempts/1/missing.jpg") is None


def test_paper_has_the_colours_of_the_pages():
    used = dict(re.findall(r"--([\w-]+):\s*(#\w+);", pdf_page.sheet()))
    assert used
    assert used == {name: LIGHT[name] for name in used}
    assert list(pdf_page.HEAT) == [LIGHT[f"heat-{n}"] for n in range(6)]
