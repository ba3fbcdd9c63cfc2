import pytest

from lti_proctor.content.framing import refuses_framing

PAGE, OURS = "https://lms.example/quiz", "https://proctor.example"
XFO, CSP = "x-frame-options", "content-security-policy"


@pytest.mark.parametrize(
    ("headers", "refuses"),
    [
        ({}, False),
        ({XFO: "DENY"}, True),
        ({XFO: "sameorigin"}, True),
        ({XFO: "SAMEORIGIN, SAMEORIGIN"}, True),
        ({XFO: "ALLOW-FROM https://x.example"}, False),
        ({XFO: "DENY, SAMEORIGIN"}, True),
        ({CSP: "default-src 'none'"}, False),
        ({CSP: "frame-ancestors 'none'"}, True),
        ({CSP: "default-src 'none'; frame-ancestors 'self'"}, True),
        ({CSP: "Frame-Ancestors 'self' https://proctor.example"}, False),
        ({CSP: "frame-ancestors http://proctor.example"}, False),
        ({CSP: "frame-ancestors https://proctor.example:8443"}, True),
        ({CSP: "frame-ancestors https://proctor.example:443"}, False),
        ({CSP: "frame-ancestors https://proctor.example:*"}, False),
        ({CSP: "frame-ancestors proctor.example"}, False),
        ({CSP: "frame-ancestors *.example"}, False),
        ({CSP: "frame-ancestors *.proctor.example"}, True),
        ({CSP: "frame-ancestors https:"}, False),
        ({CSP: "frame-ancestors http:"}, True),
        ({CSP: "frame-ancestors *"}, False),
        ({CSP: "frame-ancestors"}, True),
        ({CSP: "frame-ancestors *, frame-ancestors 'none'"}, True),
        ({CSP: "frame-ancestors *", XFO: "DENY"}, False),
        ({CSP: "frame-ancestors data: blob:"}, True),
    ],
    ids=str,
)
def test_headers_tell_whether_a_page_may_be_framed(headers, refuses):
    assert refuses_framing(headers, PAGE, OURS) is refuses


@pytest.mark.parametrize("headers", [{XFO: "SAMEORIGIN"}, {CSP: "frame-ancestors 'self'"}], ids=str)
def test_a_page_of_our_own_origin_may_be_framed_by_us(headers):
    assert not refuses_framing(headers, f"{OURS}/page", OURS)
