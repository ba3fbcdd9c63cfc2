"""What a zip may be, and all that it may not."""

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.content.archive import Limits, files_of, is_safe_name, open_zip, pieces_of
from lti_proctor.errors import Invalid
from tests.factories.packages import zip_of

LIMITS = Limits(n_files=10, n_bytes=20_000_000)


def read(data, limits=LIMITS):
    with open_zip(io.BytesIO(data)) as packed:
        return {file.path: b"".join(pieces_of(packed, file)) for file in files_of(packed, limits)}


def with_entry(name="a.html", *, mode=None, flags=0):
    """A zip with one entry as another program might have written it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        if mode is not None:
            info.external_attr = mode << 16
        packed.writestr(info, "x")
    data = bytearray(out.getvalue())
    if flags:
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(mark) + at] |= flags
    return bytes(data)


def lying(claimed):
    """One entry whose directory says another size than its bytes have."""
    data = bytearray(zip_of({"a.html": b"0" * 5000}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, claimed)
    return bytes(data)


def spoilt():
    data = bytearray(zip_of({"a.html": bytes(range(256)) * 20}))
    data[60] ^= 0xFF
    return bytes(data)


def nul_name():
    return with_entry("a_html").replace(b"a_html", b"a\0html")


BAD = {
    "no zip": (b"hello", "package_unreadable"),
    "nothing": (b"", "package_unreadable"),
    "half a zip": (zip_of({"a.html": "x" * 1000})[:-30], "package_unreadable"),
    "an empty zip": (zip_of({}), "package_empty"),
    "folders only": (zip_of({"a/": "", "b/": ""}), "package_empty"),
    "litter only": (zip_of({"__MACOSX/a": "x", ".DS_Store": "x"}), "package_empty"),
    "too many files": (zip_of({f"{n}.html": "x" for n in range(11)}), "package_files"),
    "too large unpacked": (zip_of({f"{n}.bin": bytes(900_000) for n in range(3)}), "package_size"),
    "a bomb": (zip_of({"a.html": bytes(1_900_000)}), "package_ratio"),
    "a way up": (with_entry("../a.html"), "package_name"),
    "a way up inside": (with_entry("a/../../b.html"), "package_name"),
    "an absolute path": (with_entry("/etc/passwd"), "package_name"),
    "a drive": (with_entry("c:/a.html"), "package_name"),
    "a backslash": (with_entry("..\\a.html"), "package_name"),
    "a device": (with_entry("a/con|.html"), "package_name"),
    "a line break": (with_entry("a\n.html"), "package_name"),
    "a NUL": (nul_name(), "package_name"),
    "an empty part": (with_entry("a//b.html"), "package_name"),
    "a dot": (with_entry("./a.html"), "package_name"),
    "a trailing blank": (with_entry("a /b.html"), "package_name"),
    "a turned-around name": (with_entry("a\u202elmth.exe"), "package_name"),
    "a long name": (with_entry("a" * 250), "package_name"),
    "a symbolic link": (with_entry(mode=stat.S_IFLNK | 0o777), "package_link"),
    "a pipe": (with_entry(mode=stat.S_IFIFO | 0o666), "package_link"),
    "a password": (with_entry(flags=1), "package_locked"),
    "less than it said": (lying(6000), "package_unreadable"),
    "more than it said": (lying(100), "package_unreadable"),
    "spoilt bytes": (spoilt(), "package_unreadable"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.html", "x")
        packed.writestr("a.html", "y")
    with pytest.raises(Invalid) as invalid:
        read(out.getvalue())
    assert invalid.value.code == "package_twice"


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD.keys())
def test_a_bad_zip_is_refused_with_its_reason(data, code):
    with pytest.raises(Invalid) as invalid:
        read(data, Limits(10, 2_000_000))
    assert invalid.value.code == code


GOOD = {
    "files at the top": ({"index.html": "a", "b/c.js": "b"}, {"index.html", "b/c.js"}),
    "one folder around all": ({"p/index.html": "a", "p/b/c.js": "b"}, {"index.html", "b/c.js"}),
    "two folders around all": ({"p/q/a.html": "a", "p/q/b.html": "b"}, {"a.html", "b.html"}),
    "one file in a folder": ({"p/a.html": "a"}, {"a.html"}),
    "litter beside them": ({"p/a.html": "a", "__MACOSX/p/._a.html": "x", "p/Thumbs.db": "x"}, {"a.html"}),
    "another zip inside": ({"a.html": "a", "more.zip": zip_of({"../x": "y"})}, {"a.html", "more.zip"}),
    "letters of all kinds": ({"a.html": "a", "Prüfung 1/שאלה.html": "b"}, {"a.html", "Prüfung 1/שאלה.html"}),
}


@pytest.mark.parametrize(("files", "paths"), GOOD.values(), ids=GOOD.keys())
def test_a_good_zip_gives_its_files(files, paths):
    found = read(zip_of(files))
    assert set(found) == paths
    assert found[min(paths, key=len)]


@given(st.text(max_size=30))
def test_a_safe_name_never_leads_out_of_its_folder(name):
    if is_safe_name(name):
        assert not name.startswith(("/", "\\"))
        assert ".." not in name.split("/")
        assert not {"\\", ":", "\0"} & set(name)
