import pytest

from lti_proctor.content.entrance import Entrance, entrance_of
from lti_proctor.errors import Invalid
from tests.factories.packages import ACTIVITY, tincan

PATHS = frozenset({"index.html", "res/start page.html", "other.html"})


@pytest.mark.parametrize(
    ("launch", "path", "after"),
    [
        ("index.html", "index.html", ""),
        ("./index.html", "index.html", ""),
        ("res/start%20page.html", "res/start page.html", ""),
        ("res/start page.html?a=1&amp;b=2#top", "res/start page.html", "?a=1&b=2#top"),
    ],
)
def test_a_package_begins_where_its_manifest_says(launch, path, after):
    assert entrance_of(PATHS, tincan(launch).encode()) == Entrance(path, after, "Statistics, packed", ACTIVITY)


BAD = {
    "no xml": (b"hello", "package_manifest"),
    "not closed": (tincan()[:-9].encode(), "package_manifest"),
    "an entity": (b'<!DOCTYPE t [<!ENTITY a "b">]><t>&a;</t>', "package_manifest"),
    "a DTD elsewhere": (b'<!DOCTYPE t SYSTEM "file:///etc/passwd"><t/>', "package_manifest"),
    "no activity": (b"<tincan><activities/></tincan>", "package_manifest"),
    "no launch": (b'<tincan><activities><activity id="a:b"/></activities></tincan>', "package_manifest"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="x-none"?><t/>', "package_manifest"),
    "an endless id": (tincan(activity="a:" + "b" * 600).encode(), "package_manifest"),
    "a page elsewhere": (tincan("https://evil.example/x.html").encode(), "package_outside"),
    "a page of another host": (tincan("//evil.example/x.html").encode(), "package_outside"),
    "a script": (tincan("javascript:alert(1)").encode(), "package_outside"),
    "a way up": (tincan("../index.html").encode(), "package_outside"),
    "a hidden way up": (tincan("%2e%2e/index.html").encode(), "package_outside"),
    "an absolute path": (tincan("/index.html").encode(), "package_outside"),
    "a missing page": (tincan("missing.html").encode(), "package_outside"),
    "a broken address": (tincan("http://[x").encode(), "package_outside"),
    "too much": (b" " * 2_000_001, "package_manifest"),
}


@pytest.mark.parametrize(("manifest", "code"), BAD.values(), ids=BAD.keys())
def test_a_manifest_that_can_t_be_used_is_refused(manifest, code):
    with pytest.raises(Invalid) as invalid:
        entrance_of(PATHS, manifest)
    assert invalid.value.code == code


@pytest.mark.parametrize(
    ("paths", "path"),
    [
        ({"index.html", "a.html"}, "index.html"),
        ({"INDEX.HTM", "a.html"}, "INDEX.HTM"),
        ({"quiz.html", "a.js", "b/x.html"}, "quiz.html"),
        ({"a.html", "b.html"}, None),
        ({"a.pdf"}, None),
        ({"a/index.html", "b.js"}, None),
    ],
)
def test_plain_pages_begin_with_the_one_that_is_plainly_the_first(paths, path):
    if path is None:
        with pytest.raises(Invalid, match="package_no_start"):
            entrance_of(frozenset(paths), None)
    else:
        assert entrance_of(frozenset(paths), None) == Entrance(path)
