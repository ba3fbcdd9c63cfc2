"""Safe Exam Browser: the Config Key, the hash of an address, the file."""

import gzip
import hashlib
import plistlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.exams import seb

KEY, OTHER = "a" * 64, "b" * 64
PAGE = "https://tool.example/attempts/5?a=1"

NAMES = st.text("abcXYZ_", min_size=1, max_size=6)
PLAIN = st.one_of(st.booleans(), st.integers(-999, 999), st.text(max_size=8), st.binary(max_size=8))
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
)
SETTINGS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("settings", "written"),
    [
        ({}, "{}"),
        ({"b": 1, "a": True, "C": False}, '{"a":true,"b":1,"C":false}'),
        ({"originatorVersion": "SEB_OSX", "a": 1}, '{"a":1}'),
        ({"a": {"originatorVersion": 1}}, '{"a":{"originatorVersion":1}}'),
        ({"a": {}, "b": [], "c": ""}, '{"b":[],"c":""}'),
        ({"a": 'C:\\x "y" /z ä\n'}, '{"a":"C:\\x "y" /z ä\n"}'),
        ({"a": b"\x00\xff"}, '{"a":"AP8="}'),
        ({"a": 1.5}, '{"a":1.5}'),
        ({"a": datetime(2026, 11, 24, 9, 5)}, '{"a":"2026-11-24T09:05:00Z"}'),
        ({"a": datetime(2026, 11, 24, 9, 5, tzinfo=UTC)}, '{"a":"2026-11-24T09:05:00Z"}'),
        ({"l": [{"z": 1, "Y": {"b": 2, "A": 3}}, "s"]}, '{"l":[{"Y":{"A":3,"b":2},"z":1},"s"]}'),
    ],
)
def test_settings_are_written_in_one_way(settings, written):
    assert seb.seb_json(settings) == written
    assert seb.config_key(settings) == hashlib.sha256(written.encode()).hexdigest()


def test_what_no_property_list_holds_is_refused():
    with pytest.raises(TypeError):
        seb.config_key({"a": None})


def turned(value):
    if isinstance(value, dict):
        return {key: turned(part) for key, part in reversed(value.items())}
    return [turned(part) for part in value] if isinstance(value, list) else value


@given(SETTINGS)
def test_the_order_of_keys_does_not_matter(settings):
    assert seb.config_key(turned(settings)) == seb.config_key(settings)


@given(SETTINGS, st.sampled_from(["0new", "zzzzzzz"]))
def test_empty_dictionaries_and_the_version_do_not_matter(settings, name):
    more = {**settings, name: {}, "originatorVersion": "x"}
    assert seb.config_key(more) == seb.config_key(settings)


@given(SETTINGS, st.data())
def test_a_changed_value_does(settings, data):
    name = data.draw(st.sampled_from(sorted(settings)))
    changed = {**settings, name: [settings[name], "and more"]}
    assert seb.config_key(changed) != seb.config_key(settings)


def test_the_file_holds_the_settings():
    blob = seb.settings_file({"startURL": PAGE, "salt": b"\x01"})
    assert blob == seb.settings_file({"salt": b"\x01", "startURL": PAGE})
    opened = gzip.decompress(blob)
    assert opened[:4] == b"plnd"
    assert plistlib.loads(gzip.decompress(opened[4:])) == {"startURL": PAGE, "salt": b"\x01"}


def test_the_hash_is_of_the_address_and_the_key():
    digest = hashlib.sha256(f"{PAGE}{KEY}".encode()).hexdigest()
    assert seb.address_hash(PAGE, KEY) == seb.address_hash(f"{PAGE}#part", KEY) == digest


GOOD = seb.address_hash(PAGE, KEY)


@pytest.mark.parametrize(
    ("received", "address", "keys", "found"),
    [
        (GOOD, PAGE, (KEY,), KEY),
        (GOOD.upper() + " ", PAGE, (OTHER, KEY), KEY),
        (GOOD, PAGE, (OTHER,), None),
        (GOOD, PAGE, (), None),
        (GOOD, PAGE + "&b=2", (KEY,), None),
        (GOOD, PAGE.replace("https", "http"), (KEY,), None),
        ("", PAGE, (KEY,), None),
        (KEY, PAGE, (KEY,), None),
        ("ä" * 64, PAGE, (KEY,), None),
    ],
)
def test_a_hash_matches_its_own_key_at_its_own_address(received, address, keys, found):
    assert seb.matching(received, address, keys) == found


def test_the_settings_of_an_exam():
    made = seb.settings_of(start_url="s", quit_url="q", salt=b"x", camera=True, microphone=False)
    assert made["startURL"] == "s"
    assert made["quitURL"] == "q"
    assert (made["allowVideoCapture"], made["allowAudioCapture"]) == (True, False)
    assert made["sendBrowserExamKey"] is True
    assert made["browserWindowWebView"] == 3
