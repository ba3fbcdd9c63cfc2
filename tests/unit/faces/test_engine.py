"""The real engine on pictures of real people; and a site without it."""

import pytest

from lti_proctor.faces import engine, installed
from lti_proctor.faces.child import ChildEngine
from lti_proctor.faces.looks import UNKNOWN, Limits, Match, Seen, compare
from lti_proctor.monitoring.metrics import NOTICED
from tests.faces import SCENES, jpeg

LIMITS = Limits(0.5, 0.6)


@pytest.fixture(scope="module")
def seen():
    """What the engine says of each scene."""
    child = ChildEngine(timeout=30)
    found = {name: child.look(jpeg(scene())) for name, scene in SCENES.items()}
    found["no picture"] = child.look(b"no picture")
    child.close()
    return found


@pytest.mark.parametrize(
    ("scene", "wanted"),
    [
        ("collins", Seen.one),
        ("hopper", Seen.one),
        ("dark", Seen.one),
        ("rotated", Seen.one),
        ("coffee", Seen.none),
        ("both", Seen.several),
        ("far", Seen.small),
    ],
)
def test_faces_are_counted(seen, scene, wanted):
    assert seen[scene].seen == wanted
    assert (seen[scene].vector is not None) == (wanted == Seen.one)


@pytest.mark.parametrize("scene", ["dark", "rotated"])
def test_the_same_person_is_recognised(seen, scene):
    assert compare(seen["collins"], seen[scene], LIMITS)[0] == Match.same


@pytest.mark.parametrize("scene", ["collins", "dark", "rotated"])
def test_another_person_is_another(seen, scene):
    assert compare(seen["hopper"], seen[scene], LIMITS)[0] == Match.different


def test_bytes_that_are_no_picture_are_not_analysed(seen):
    assert seen["no picture"].seen == Seen.unknown


@pytest.mark.parametrize("reason", ["switched off", "not installed"])
def test_a_site_without_the_engine_analyses_nothing_and_promises_nothing(app, settings, monkeypatch, reason):
    kept = {name: app.extensions[name] for name in ("faces", "noticed", "captures_off")}
    monkeypatch.setattr(engine, "missing", lambda: ["dlib"] if reason == "not installed" else [])
    try:
        engine.init(app.extensions, settings.model_copy(update={"faces": reason == "not installed"}))
        found = engine.faces()
        assert (found.is_on, found.engine.look(jpeg())) == (False, UNKNOWN)
        assert app.extensions["noticed"] == NOTICED
        assert "face_comparison" in app.extensions["captures_off"]
    finally:
        app.extensions.update(kept)


def test_what_is_missing_is_named(monkeypatch, tmp_path):
    assert installed.missing() == []
    monkeypatch.setattr(installed, "model_folder", lambda: tmp_path)
    assert installed.missing() == list(installed.FILES)
    monkeypatch.setattr(installed, "PACKAGES", ("no_such_package_here",))
    assert "no_such_package_here" in installed.missing()
