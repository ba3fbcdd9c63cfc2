"""The first page of a PDF: drawn within limits, in a process of its own; what is no such thing is told by a code."""

import io
import zlib

import pypdfium2
import pytest
from PIL import Image

from lti_proctor.errors import Invalid
from lti_proctor.evidence import pdf

LIMITS = {"most_pages": 3, "longest_side": 600, "seconds": 10}


def made(*sizes):
    """A PDF of white pages."""
    document = pypdfium2.PdfDocument.new()
    for size in sizes:
        document.new_page(*size)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def written(content, *, more=b""):
    """One page with this content stream, packed."""
    packed = zlib.compress(content, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    body, offsets = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (n, part)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    return body + table + b"trailer\n<</Size 5/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (more, len(body))


def code_of(upload, **more):
    with pytest.raises(Invalid) as refused:
        pdf.first_page(upload, **{**LIMITS, **more})
    return refused.value.code


def test_the_first_page_becomes_a_picture_of_limited_size():
    red = b"1 0 0 rg 0 0 400 300 re f"
    with Image.open(io.BytesIO(pdf.first_page(written(red), **LIMITS))) as page:
        assert page.format == "JPEG"
        assert page.size == (600, 450)
        red, _green, blue = page.getpixel((300, 200))
        assert (red > 200, blue < 60) == (True, True)


@pytest.mark.parametrize("size", [(14_400, 14_400), (14_400, 10), (1, 1)])
def test_no_page_size_makes_a_large_picture(size):
    with Image.open(io.BytesIO(pdf.first_page(made(size), **LIMITS))) as page:
        assert max(page.size) <= 601


SLOW = b"q 1 0 0 rg 0 0 400 300 re f Q " * 3_000_000
#: An encryption dictionary whose password nobody knows.
LOCKED = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>/ID[(ab)(ab)]" % (b"x" * 32, b"y" * 32)


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (b"%PDF-1.7", "pdf_broken"),
        (b"%PDF-1.7\n" + b"\0" * 1000, "pdf_broken"),
        (made((100, 100))[:200], "pdf_broken"),
        (written(b"q Q", more=LOCKED), "pdf_password"),
        (made(), "pdf_broken"),
        (made(*[(100, 100)] * 4), "pdf_long"),
    ],
    ids=["a head", "zeros", "half", "a password", "no page", "too many pages"],
)
def test_what_can_not_be_drawn_is_told_by_a_code(upload, code):
    assert code_of(upload) == code


def test_a_page_that_would_take_for_ever_is_given_up():
    bomb = written(SLOW)
    assert len(bomb) < 500_000
    assert code_of(bomb, seconds=0.8) == "pdf_heavy"


@pytest.mark.parametrize(
    ("upload", "answer"),
    [
        (b"%PDF-1.4", True),
        (b"\xef\xbb\xbf\r\n%PDF-1.4", True),
        (b"\xff\xd8\xff\xe0 %PDF-1.4", False),
        (b"GIF89a%PDF-", False),
        (b"%pdf-", False),
        (b"", False),
    ],
)
def test_a_file_is_what_it_begins_as(upload, answer):
    assert pdf.is_pdf(upload) is answer
