"""Settings are read once, from three places, and all that is wrong is told at once."""

import json
import stat
import sys
import tomllib

import pytest
from fsspec.registry import _registry
from pydantic import ValidationError

from lti_proctor.settings import ROOT, SettingsProblem, load

DEFAULTS = tomllib.loads((ROOT / "config" / "defaults.toml").read_text("utf-8"))


@pytest.fixture
def read(tmp_path):
    """Read with this environment and a data folder of its own."""

    def run(environ=None, **overrides):
        return load({"LTI_PROCTOR_DATA_DIR": str(tmp_path / "data"), **(environ or {})}, **overrides)

    return run


def problems(read, environ=None, **overrides):
    with pytest.raises(SettingsProblem) as problem:
        read(environ, **overrides)
    return str(problem.value).splitlines()


def test_the_defaults_alone_are_enough(read):
    settings = read()
    assert settings.base_url == "http://localhost:8000"
    assert (settings.database, settings.is_https) == (f"sqlite:///{settings.data_dir / 'lti-proctor.db'}", False)
    assert settings.storage == f"file://{settings.data_dir / 'files'}"


def test_a_file_overrides_the_defaults_and_the_environment_overrides_the_file(read, tmp_path):
    file = tmp_path / "site.toml"
    file.write_text('site_name = "From the file"\norganisation = "From the file"\n')
    settings = read({"LTI_PROCTOR_CONFIG": str(file), "LTI_PROCTOR_SITE_NAME": "From the environment"})
    assert (settings.site_name, settings.organisation) == ("From the environment", "From the file")


def test_a_file_of_the_tree_is_found_from_anywhere(read, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert read({"LTI_PROCTOR_CONFIG": "config/test.toml"}).development


@pytest.mark.parametrize("name", ["development.toml", "test.toml", "production.example.toml"])
def test_every_file_of_the_tree_can_be_read(read, name):
    assert read({"LTI_PROCTOR_CONFIG": str(ROOT / "config" / name)})


def test_a_secret_in_a_file_wins_over_the_environment(read, tmp_path):
    file = tmp_path / "secret"
    file.write_text("f" * 40 + "\n")
    environ = {"LTI_PROCTOR_SECRET_KEY": "e" * 40, "LTI_PROCTOR_SECRET_KEY_FILE": str(file)}
    assert read(environ).secret_key == "f" * 40


def test_every_problem_is_told_at_once(read, tmp_path):
    environ = {
        "LTI_PROCTOR_BASE_URL": "proctor.example.edu",
        "LTI_PROCTOR_SESSION_HOURS": "0",
        "LTI_PROCTOR_LOG_LEVEL": "loud",
        "LTI_PROCTOR_SITE_NMAE": "typo",
        "LTI_PROCTOR_MAIL_URL_FILE": str(tmp_path / "nowhere"),
    }
    found = "\n".join(problems(read, environ))
    for name in ("base_url", "session_hours", "log_level", "LTI_PROCTOR_SITE_NMAE", "LTI_PROCTOR_MAIL_URL_FILE"):
        assert name in found


def test_an_unknown_key_of_a_file_is_told(read, tmp_path):
    file = tmp_path / "site.toml"
    file.write_text("sesion_hours = 3\n")
    assert any("sesion_hours" in line for line in problems(read, {"LTI_PROCTOR_CONFIG": str(file)}))


@pytest.mark.parametrize("text", ["site_name = ", "[[", "\0"])
def test_a_file_that_is_no_toml_is_told(read, tmp_path, text):
    file = tmp_path / "site.toml"
    file.write_text(text)
    assert str(file) in problems(read, {"LTI_PROCTOR_CONFIG": str(file)})[0]


def test_a_file_that_is_not_there_is_told(read, tmp_path):
    assert "nowhere.toml" in problems(read, {"LTI_PROCTOR_CONFIG": str(tmp_path / "nowhere.toml")})[0]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("base_url", "ftp://example.edu"),
        ("base_url", "https://"),
        ("base_url", "https://example.edu/?a=1"),
        ("base_url", "https://example.edu/#x"),
        ("base_url", "javascript:alert(1)"),
        ("database_url", "mysql://localhost/x"),
        ("trusted_proxies", "-1"),
        ("trusted_proxies", "many"),
        ("development", "perhaps"),
        ("log_level", "trace"),
        ("site_name", ""),
        ("link_faq", "javascript:alert(1)"),
        ("link_privacy", "/privacy"),
        ("default_timezone", "Europe/Atlantis"),
        ("outside_timeout_seconds", "0"),
        ("lti_state_minutes", "61"),
        ("lti_leeway_seconds", "-1"),
        ("pulse_seconds", "0"),
        ("disconnect_seconds", "9"),
        ("ticket_seconds", "9"),
        ("outbox_first_retry_seconds", "0"),
        ("keep_days", "0"),
        ("upload_max_bytes", "10"),
        ("photo_side", "100"),
        ("password_policy", "none"),
        ("login_tries", "0"),
        ("secret_key", "short"),
    ],
)
def test_a_value_that_can_not_be_right_is_refused(read, key, value):
    assert any(key in line for line in problems(read, {f"LTI_PROCTOR_{key.upper()}": value}))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("storage_url", "nowhere://bucket/x", "must begin with the name of a storage"),
        ("storage_url", "s3://bucket/x", "needs a package that is not installed (Install s3fs"),
        ("queue_url", "redis://cache/0", "needs a package that is not installed (pip install redis)"),
        ("limit_storage", "redis://cache/1", "needs a package that is not installed (pip install redis)"),
    ],
)
def test_a_package_that_is_missing_is_told_in_a_line(read, monkeypatch, key, value, words):
    monkeypatch.setattr("lti_proctor.settings.find_spec", lambda name: None)
    monkeypatch.delitem(_registry, "s3", raising=False)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    assert any(key in line and words in line for line in problems(read, {f"LTI_PROCTOR_{key.upper()}": value}))


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db/name", "postgresql+psycopg://u:p@db/name"),
        ("postgresql://u:p@db/name", "postgresql+psycopg://u:p@db/name"),
        ("postgresql+psycopg://db/name", "postgresql+psycopg://db/name"),
        ("sqlite:///x.db", "sqlite:///x.db"),
    ],
)
def test_a_database_is_named_as_its_makers_name_it(read, given, used):
    assert read({"LTI_PROCTOR_DATABASE_URL": given}).database == used


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("", ()),
        ("127.0.0.1 LMS.local", ("127.0.0.1", "lms.local")),
        ("a.example,b.example,  c.example", ("a.example", "b.example", "c.example")),
    ],
)
def test_hosts_are_listed_with_blanks_or_commas(read, given, used):
    assert read({"LTI_PROCTOR_OUTSIDE_ALLOW": given}).outside_allow == used


def test_the_base_address_ends_without_a_slash(read):
    assert read({"LTI_PROCTOR_BASE_URL": "https://example.edu/"}).base_url == "https://example.edu"


def test_the_base_address_has_no_path(read):
    with pytest.raises(SettingsProblem, match="must have no path"):
        read({"LTI_PROCTOR_BASE_URL": "https://example.edu/proctor"})


def test_a_secret_is_made_once_and_readable_by_its_owner_only(read, tmp_path):
    first, second = read(), read()
    path = tmp_path / "data" / "secret_key"
    assert len(first.secret_key) >= 32
    assert first.secret_key == second.secret_key == path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_data_folder_that_can_not_be_written_is_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(SettingsProblem, match="data_dir"):
        load({"LTI_PROCTOR_DATA_DIR": str(blocked / "data")})


def test_a_relative_data_folder_lies_in_the_tree():
    overrides = {"secret_key": "x" * 40, "data_dir": "somewhere"}
    assert load({}, **overrides).data_dir == ROOT / "somewhere"


def test_the_secret_is_not_shown(read):
    settings = read({"LTI_PROCTOR_SECRET_KEY": "visible-" * 6})
    assert "visible-" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "DEFAULT must name"),
        ({"DEFAULT": "other", "mine": {}}, "DEFAULT must name"),
        ({"DEFAULT": "My One", "My One": {}}, "small letters"),
        ({"DEFAULT": "mine", "mine": "options"}, "needs a table"),
    ],
)
def test_providers_that_make_no_sense_are_told(read, given, said):
    assert said in problems(read, {"LTI_PROCTOR_PROCTORING_BACKENDS": json.dumps(given)})[0]


def test_links_may_stand_among_the_proctoring_settings(read):
    given = json.dumps({"LINK_URLS": {"faq": "https://faq.example/", "other": "x"}})
    settings = read({"LTI_PROCTOR_CONFIG": "config/test.toml"}, proctoring_settings=json.loads(given))
    assert (settings.link_faq, settings.link_contact_us) == ("https://faq.example/", "")
    assert read({"LTI_PROCTOR_PROCTORING_SETTINGS": given}).link_faq == "https://faq.example/"
    assert "proctoring_settings" in problems(read, {"LTI_PROCTOR_PROCTORING_SETTINGS": "{"})[0]


def test_a_typo_among_the_proctoring_settings_is_told(read):
    assert "ALLOW_UPDATES" in problems(read, {"LTI_PROCTOR_PROCTORING_SETTINGS": '{"ALLOW_UPDATES": true}'})[0]


def test_settings_do_not_change_while_the_program_runs(read):
    settings = read()
    with pytest.raises(ValidationError):
        settings.site_name = "Other"


@pytest.mark.parametrize("key", sorted(DEFAULTS))
def test_every_setting_can_be_given_by_the_environment(read, key):
    value = DEFAULTS[key]
    text = " ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
    text = json.dumps(value) if isinstance(value, dict) else text
    assert read({f"LTI_PROCTOR_{key.upper()}": text} if key != "data_dir" else {})
