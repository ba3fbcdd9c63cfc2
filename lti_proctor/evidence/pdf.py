"""The first page of a PDF as a picture, drawn in a process of its own by PDFium."""

from pathlib import Path

from lti_proctor.apart import run_apart
from lti_proctor.errors import Invalid

PROGRAM = Path(__file__).with_name("pdf_page.py")
CODES = {10: "pdf_password", 11: "pdf_long", 12: "pdf_broken"}
MEGABYTES = 1024


def is_pdf(upload: bytes) -> bool:
    """Whether it begins as a PDF does. A picture that hides one further on is taken for what it shows."""
    return upload.lstrip(b"\xef\xbb\xbf\r\n\t ")[:5] == b"%PDF-"


def first_page(upload: bytes, *, most_pages: int, longest_side: int, seconds: float) -> bytes:
    """A JPEG of the first page, at most `longest_side` pixels long.

    Raises `Invalid`: `pdf_password`, `pdf_long` (pages), `pdf_broken` (also without any page), `pdf_heavy` (time or
    memory).
    """
    ended = run_apart(PROGRAM, most_pages, longest_side, given=upload, seconds=seconds, megabytes=MEGABYTES)
    if ended.code == 0 and ended.output:
        return ended.output
    raise Invalid(CODES.get(ended.code or 0, "pdf_heavy"), limit=most_pages)
