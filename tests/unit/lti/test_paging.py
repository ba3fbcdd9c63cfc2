"""Link headers as platforms send them, and ways that lead nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.addresses import origin_of
from lti_proctor.lti.paging import MOST_PAGES, next_page, walk

HERE = "https://lms.example/nrps/1?limit=2"
NEXT = "https://lms.example/nrps/1?limit=2&from=2"


@pytest.mark.parametrize(
    ("header", "following"),
    [
        ("", None),
        ("next", None),
        (f'<{NEXT}>; rel="next"', NEXT),
        (f"<{NEXT}>; rel=next", NEXT),
        (f"<{NEXT}>;rel=next;title=x", NEXT),
        (f'<{NEXT}>; REL="Next"', NEXT),
        (f'<{NEXT}>; rel="prefetch next"', NEXT),
        (f'<{NEXT}>; title="a, b; c"; rel="next"', NEXT),
        (f'<https://lms.example/d>; rel="differences", <{NEXT}>; rel="next"', NEXT),
        (f'<{NEXT}>; rel="next", <https://lms.example/d>; rel="differences"', NEXT),
        ('<https://lms.example/d>; rel="differences"', None),
        ('<https://lms.example/d>; title="; rel=next"', None),
        ('<https://lms.example/d>; rel="https://x.example/next"', None),
        ("</nrps/1?from=2>; rel=next", "https://lms.example/nrps/1?from=2"),
        ("<?from=2>; rel=next", "https://lms.example/nrps/1?from=2"),
        ("<https://lms.example/a,b>; rel=next", "https://lms.example/a,b"),
        (f"<{NEXT.replace('&', '&amp;')}>; rel=“next”", NEXT),
        (f"<{NEXT}>; rel=â\x80\x9cnextâ\x80\x9d", NEXT),
        ("<>; rel=next", HERE),
        ("<" * 20000, None),
        ('<a>' + '"' * 20000, None),
    ],
)  # fmt: skip
def test_the_next_page_is_found_in_the_header(header, following):
    assert next_page(header, HERE) == following


def test_a_next_page_that_is_no_address_has_no_origin_to_go_to():
    assert origin_of(next_page("<https://[x/>; rel=next", HERE)) is None


@given(st.text(alphabet='<>;,="\\ relnxt', max_size=60))
def test_any_header_is_read_without_breaking(header):
    assert next_page(header, HERE) is None or header


def lead(*ways):
    """Walk along these next links; what was asked, and why it ended."""
    asked = []

    def ask(url):
        asked.append(url)
        following = ways[len(asked) - 1] if len(asked) <= len(ways) else None
        return ({"link": f"<{following}>; rel=next"} if following is not None else {}), len(asked)

    pages, note = walk(HERE, ask)
    assert pages == list(range(1, len(asked) + 1))
    return asked, note


@pytest.mark.parametrize(
    ("ways", "asked", "note"),
    [
        ((), 1, None),
        ((NEXT,), 2, None),
        (("https://lms.example/A?Page=ABC", "https://LMS.example/b"), 3, None),
        (("?from=2", "?from=4"), 3, None),
        ((HERE,), 1, "endless"),
        ((NEXT, HERE), 2, "endless"),
        (("",), 1, "endless"),
        (("https://elsewhere.example/nrps/1?from=2",), 1, "elsewhere"),
        (("http://lms.example/nrps/1?from=2",), 1, "elsewhere"),
        (("https://lms.example:444/nrps/1?from=2",), 1, "elsewhere"),
        (("https://lms.example@elsewhere.example/",), 1, "elsewhere"),
        (("//elsewhere.example/",), 1, "elsewhere"),
        (("javascript:alert(1)",), 1, "elsewhere"),
        (("https://[x/",), 1, "elsewhere"),
    ],
)
def test_a_way_ends_where_it_must(ways, asked, note):
    addresses, reason = lead(*ways)
    assert (len(addresses), reason) == (asked, note)


def test_a_way_that_goes_on_and_on_ends():
    addresses, note = lead(*(f"?from={n}" for n in range(1000)))
    assert (len(addresses), note) == (MOST_PAGES, "endless")


def test_an_address_is_asked_as_it_was_given():
    assert lead("https://lms.example/Members?Page=ABC&x=%20")[0][1] == "https://lms.example/Members?Page=ABC&x=%20"
