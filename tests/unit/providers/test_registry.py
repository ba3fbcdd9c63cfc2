"""Providers of the settings: which can be used, and why one can't."""

from importlib.metadata import EntryPoint

import pytest

from lti_proctor.backends import backends
from lti_proctor.errors import Refused
from lti_proctor.providers import registry
from lti_proctor.providers.base import Provider
from lti_proctor.providers.registry import Broken, load


def test_a_configured_provider_gets_its_options():
    found = load("practice", {"plugin": "mock", "verbose_name": "Practice", "ready_after": 7})
    assert isinstance(found, Provider)
    assert (found.name, found.shown_name, found.options.ready_after) == ("practice", "Practice", 7)


@pytest.mark.parametrize(
    ("options", "problem", "about"),
    [
        ({"plugin": "nowhere"}, "provider_not_installed", "nowhere"),
        ({"plugin": "mock", "pinginterval": 5}, "provider_option", "pinginterval"),
        ({"plugin": "mock", "ping_interval": "often"}, "provider_option", "ping_interval"),
        ({"plugin": "mock", "tech_support": "x", "base": 1}, "provider_option", "base, tech_support"),
    ],
)
def test_a_broken_one_says_why(options, problem, about):
    assert load("practice", options) == Broken(problem, about)


@pytest.mark.parametrize(
    ("target", "problem", "about"),
    [
        ("lti_proctor.nothing:Provider", "provider_import", "ModuleNotFoundError"),
        ("lti_proctor.clock:now", "provider_class", "lti_proctor.clock:now"),
        ("decimal:Decimal", "provider_class", "decimal:Decimal"),
    ],
)
def test_a_plugin_that_breaks_is_named(monkeypatch, target, problem, about):
    entry = EntryPoint("bad", target, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_asked: [entry])
    assert load("bad", {}) == Broken(problem, about)


@pytest.fixture
def two(app):
    before = app.extensions["providers"], app.extensions["backends"]
    loaded = {"good": load("good", {"plugin": "mock"}), "bad": Broken("provider_option", "x")}
    registry.set_up(app.extensions, "good", loaded)
    yield app
    app.extensions["providers"], app.extensions["backends"] = before


def test_a_broken_provider_stops_only_its_own_exams(two):
    assert registry.provider_of("").name == "good"
    with pytest.raises(Refused, match="provider_broken"):
        registry.provider_of("bad")
    with pytest.raises(Refused, match="provider_missing") as missing:
        registry.provider_of("gone")
    assert missing.value.details == {"provider": "gone"}
    assert backends().watches_here("good") is False
