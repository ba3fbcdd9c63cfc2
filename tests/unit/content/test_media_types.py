import pytest

from lti_proctor.content.media_types import LOOKED_AT, media_type_of


@pytest.mark.parametrize(
    ("path", "beginning", "header", "is_shown"),
    [
        ("index.html", "ä".encode(), "text/html; charset=utf-8", True),
        ("index.html", "ä".encode("latin-1"), "text/html", True),
        ("a/B.JS", b"1", "text/javascript; charset=utf-8", True),
        ("a.svg", b"<svg/>", "image/svg+xml", True),
        ("a.json", b"{}", "application/json", True),
        ("a.mp4", b"\xff", "video/mp4", True),
        ("a.exe", b"MZ", "application/octet-stream", False),
        ("a.php", b"<?php", "application/octet-stream", False),
        ("a.zip", b"PK", "application/octet-stream", False),
        ("html", b"<p>", "text/html; charset=utf-8", True),
        ("noending", b"<p>", "application/octet-stream", False),
    ],
)
def test_a_file_is_served_as_its_name_says(path, beginning, header, is_shown):
    found = media_type_of(path, beginning)
    assert (found.header, found.is_shown) == (header, is_shown)


def test_a_letter_that_was_cut_in_two_is_no_sign_of_other_letters():
    assert media_type_of("a.css", (b"a" + "ä".encode() * LOOKED_AT)[:LOOKED_AT]).header == "text/css; charset=utf-8"
