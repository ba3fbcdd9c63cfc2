"""A setting stands in `config/defaults.toml` with a comment, or it does not exist."""

import re
import tomllib

import pytest

from lti_proctor.settings import ROOT, Settings

TEXT = (ROOT / "config" / "defaults.toml").read_text("utf-8")
DEFAULTS = tomllib.loads(TEXT)
LINES = TEXT.splitlines()


#: Settings without a word of explanation.
def test_every_setting_has_a_default_and_every_default_is_a_setting():
    assert sorted(DEFAULTS) == sorted(Settings.model_fields)


@pytest.mark.parametrize("key", sorted(DEFAULTS))
def test_every_setting_is_explained(key):
    place = next(i for i, line in enumerate(LINES) if re.match(rf"{key}\s*=|\[{key}\]", line))
    value = LINES[place].partition("=")[2]
    above = LINES[place - 1]
    assert "#" in value or (above.startswith("#") and "──" not in above)


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.toml")), ids=lambda path: path.name)
def test_a_file_of_settings_names_only_settings_that_exist(path):
    assert set(tomllib.loads(path.read_text("utf-8"))) <= set(Settings.model_fields)


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.toml")), ids=lambda path: path.name)
def test_no_secret_lies_in_the_tree(path):
    found = tomllib.loads(path.read_text("utf-8"))
    secret = found.get("secret_key", "")
    assert not secret or (path.name == "test.toml" and "only-for-tests" in secret)
    assert all("@" not in str(found.get(key, "")) for key in ("database_url", "queue_url", "storage_url", "mail_url"))
