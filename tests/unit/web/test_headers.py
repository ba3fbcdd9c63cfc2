import pytest

from lti_proctor.web.headers import origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://lms.example", "https://lms.example"),
        ("https://lms.example/", "https://lms.example"),
        ("https://lms.example/a/b?c=d#e", "https://lms.example"),
        ("https://LMS.Example/", "https://lms.example"),
        ("https://lms.example:8443/x", "https://lms.example:8443"),
        ("http://127.0.0.1:8100/x", "http://127.0.0.1:8100"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]"),
        ("https://user:secret@lms.example/", "https://lms.example"),
        ("", None),
        ("lms.example", None),
        ("//lms.example", None),
        ("urn:lms", None),
        ("ftp://lms.example", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://", None),
        ("https:///x", None),
        ("https://lms.example:port/", None),
        ("https://lms.example:99999/", None),
        pytest.param("https://[::1", None),
        pytest.param(
            "https://lms.example; script-src *",
            None,
        ),
        pytest.param("https://*.example/", None),
    ],
)
def test_an_address_has_an_origin_or_none(url, origin):
    assert origin_of(url) == origin
