import pytest

from lti_proctor.addresses import web_address
from lti_proctor.platforms.families import DOCUMENTS, FAMILIES, OTHER, SUGGESTED, host_of, suggested

ADDRESSES = ("issuer", "auth_login_url", "auth_token_url", "key_set_url")


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.key)
def test_what_is_suggested_is_an_address_without_gaps(family):
    found = suggested(family, host="lms.example.edu", client_id="c-7")
    assert set(found) <= set(SUGGESTED)
    assert all("{" not in value for value in found.values())
    assert all(web_address(found[field]) for field in ADDRESSES if field in found)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.key)
def test_without_a_host_only_what_needs_none_is_suggested(family):
    found = suggested(family, host=None)
    assert all("{host}" not in getattr(family, field) for field in found)
    assert all("{client_id}" not in getattr(family, field) for field in found)


def test_every_kind_is_known_under_its_own_key_and_codes():
    codes = [code for family in FAMILIES.values() for code in family.codes]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower() for code in codes)
    assert suggested(FAMILIES[OTHER], host="lms.example.edu", client_id="c") == {}
    assert set(DOCUMENTS) == {"canvas.json"}


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("lms.example.edu", "lms.example.edu"),
        (" LMS.example.edu ", "lms.example.edu"),
        ("https://lms.example.edu/login?x=1", "lms.example.edu"),
        ("lms.example.edu:8443/x", "lms.example.edu:8443"),
        ("http://127.0.0.1:8100", "127.0.0.1:8100"),
        ("", None),
        ("https://", None),
        ("ftp://lms.example.edu", None),
        ("a b", None),
        ("user@lms.example.edu", None),
        ("javascript:alert(1)", None),
        ("lms.example.edu:99999", None),
        ("a\nb", None),
        ("x" * 300, None),
        ("{host}", None),
    ],
)
def test_a_host_is_found_in_what_somebody_wrote(text, host):
    assert host_of(text) == host
