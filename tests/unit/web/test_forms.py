from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.config import PRESETS, Delivery, ExamConfig, GradeSource, OnReject, Preset, with_preset
from lti_proctor.web.instructor.forms import ExamForm, parse_moment, show_moment


@pytest.fixture
def zone(app):
    """A request of somebody who lives there."""

    def live_in(name):
        return app.test_request_context("/", headers={"Cookie": f"timezone={name}"})

    return live_in


@pytest.mark.parametrize(
    ("text", "place", "moment"),
    [
        ("2026-11-24T10:00", "UTC", "2026-11-24T10:00"),
        ("2026-11-24T10:00", "Europe/Madrid", "2026-11-24T09:00"),
        ("2026-07-24T10:00", "Europe/Madrid", "2026-07-24T08:00"),
        ("2026-11-24T10:00", "Asia/Kathmandu", "2026-11-24T04:15"),
        ("2026-11-24T10:00", "America/Bogota", "2026-11-24T15:00"),
        ("2026-11-24T10:00:30", "UTC", "2026-11-24T10:00"),
        (" 2026-11-24T10:00 ", "UTC", "2026-11-24T10:00"),
        ("2026-11-24T10:00", "Mars/Olympus", "2026-11-24T10:00"),
        # The hour that Madrid's clocks leave out and the one that they show twice.
        ("2026-03-29T02:30", "Europe/Madrid", "2026-03-29T01:30"),
        ("2026-10-25T02:30", "Europe/Madrid", "2026-10-25T00:30"),
    ],
)
def test_a_moment_is_meant_in_the_zone_of_the_reader(zone, text, place, moment):
    with zone(place):
        assert parse_moment(text) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", [None, ""])
def test_no_moment_is_none(zone, text):
    with zone("UTC"):
        assert parse_moment(text) is None


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T10:00", "2026-11-24", "24.11.2026 10:00", "\0", " "])
def test_what_is_no_moment_is_an_error(zone, text):
    with zone("UTC"), pytest.raises(ValueError):
        parse_moment(text)


@pytest.mark.parametrize("place", ["UTC", "Europe/Madrid", "Pacific/Auckland"])
def test_a_moment_is_shown_as_it_was_written(zone, place):
    with zone(place):
        assert show_moment(parse_moment("2026-11-24T10:00")) == "2026-11-24T10:00"
        assert show_moment(None) == ""


# the editor

FIELDS = {
    "title": "Final exam",
    "kind": "proctored",
    "preset": "recorded",
    "url": "https://quiz.example/",
    "lifetime": "60",
    "attempt": "1",
    "open_at": "2026-11-24T10:00",
    "close_at": "2026-11-24T12:00",
    "rules": "Work alone.\r\nNo phones.",
    "metrics": ["b2", "c3"],
    "grade_source": "result",
    "grade_maximum": "20",
    "on_reject": "zero",
    "second_review": "negative",
    "evidence_shown": "on_request",
    "appeal_days": "7",
    "may_decline": "yes",
    "members": "anna, stats ,,",
}


@pytest.fixture
def send(app, monkeypatch):
    """What the editor makes of these fields, and the names of the fields that it blames."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)

    def run(before=None, **changes):
        fields = {name: value for name, value in {**FIELDS, **changes}.items() if value is not None}
        with app.test_request_context("/", method="POST", data=MultiDict(fields)):
            form = ExamForm()
            filled = form.read(before or ExamConfig()) if form.validate() else None
            return filled, {name for name, errors in form.errors.items() if errors}

    return run


def test_a_filled_form_becomes_a_configuration(send):
    filled, problems = send()
    config = filled.config
    assert problems == set()
    assert (filled.title, filled.kind) == ("Final exam", Kind.proctored)
    assert (config.lifetime, config.attempt, config.rules) == (60, 1, "Work alone.\nNo phones.")
    assert config.close_at - config.open_at == timedelta(hours=2)
    assert config.addons == PRESETS[Preset.recorded]
    assert config.metrics == {Metric.b2: 1, Metric.c3: 1}
    assert (config.grade_maximum, config.on_reject, config.may_decline) == (Decimal(20), OnReject.zero, True)
    assert config.members == ("anna", "stats")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"title": None}, "title"),
        ({"kind": "party"}, "kind"),
        ({"preset": "everything"}, "preset"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "quiz.example"}, "url"),
        ({"url": "https://a.example/" + "x" * 2000}, "url"),
        ({"delivery": "pigeon"}, "delivery"),
        ({"delivery": "window", "url": ""}, "url"),
        ({"delivery": "window", "url": "https://a.example/{code}", "code": "x"}, "url"),
        ({"url": "https://a.example/{code}"}, "url"),
        ({"url": "https://{code}.example/", "code": "x"}, "url"),
        ({"code": "x" * 256}, "code"),
        ({"code": "a\0b"}, "code"),
        ({"lifetime": "-1"}, "lifetime"),
        ({"lifetime": "an hour"}, "lifetime"),
        ({"lifetime": "1.5"}, "lifetime"),
        ({"lifetime": "43201"}, "lifetime"),
        ({"lifetime": "9" * 5000}, "lifetime"),
        ({"lifetime": "٦٠"}, "lifetime"),
        ({"attempt": "101"}, "attempt"),
        ({"open_at": "soon"}, "open_at"),
        ({"close_at": "0001-01-01T00:00", "open_at": ""}, None),
        ({"rules": "x" * 20_001}, "rules"),
        ({"rules": "a\0b"}, "rules"),
        ({"metrics": ["z9"]}, "metrics"),
        ({"addons": ["z9"]}, "addons"),
        ({"grade_source": "luck"}, "grade_source"),
        ({"grade_maximum": "0"}, "grade_maximum"),
        ({"grade_maximum": "NaN"}, "grade_maximum"),
        ({"grade_maximum": "1e9"}, "grade_maximum"),
        ({"grade_maximum": ""}, "grade_maximum"),
        ({"on_reject": "burn"}, "on_reject"),
        ({"members": "x" * 300}, "members"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_problem_is_told_at_its_field(send, changes, field):
    filled, problems = send(**changes)
    if field is None:
        assert filled is not None or problems
    else:
        assert (filled, field in problems) == (None, True)


@pytest.mark.parametrize(
    ("changes", "delivery", "code"),
    [
        ({}, Delivery.framed, ""),
        ({"url": ""}, Delivery.framed, ""),
        ({"delivery": "window", "code": " open sesame "}, Delivery.window, "open sesame"),
        ({"delivery": "framed", "url": "https://a.example/?p={code}", "code": "x"}, Delivery.framed, "x"),
        ({"delivery": "hosted", "url": ""}, Delivery.hosted, ""),
    ],
)
def test_the_way_of_the_questions_is_read(send, changes, delivery, code):
    filled, problems = send(**changes)
    assert problems == set()
    assert (filled.config.delivery, filled.config.code) == (delivery, code)


def test_an_exam_that_closes_before_it_opens_is_told(send):
    filled, problems = send(close_at="2026-11-24T09:00")
    assert filled is None
    assert problems


def test_points_may_be_written_with_a_comma(send):
    assert send(grade_maximum="12,5")[0].config.grade_maximum == Decimal("12.5")


def test_empty_numbers_are_nothing(send):
    config = send(lifetime="", attempt="")[0].config
    assert (config.lifetime, config.attempt) == (0, 0)


def test_own_add_ons_change_nothing_that_the_form_does_not_offer(send):
    before = ExamConfig(addons=frozenset({Addon.face, Addon.chat}), threshold=70, expires=5)
    config = send(before, preset="own", addons=["rules"])[0].config
    assert config.addons == {Addon.rules}
    assert (config.threshold, config.expires) == (70, 5)


@pytest.mark.parametrize(
    "config",
    [
        ExamConfig(),
        with_preset(ExamConfig(lifetime=90, members=("anna",)), Preset.supervised),
        ExamConfig(addons=frozenset({Addon.face}), grade_maximum="12.50", grade_source=GradeSource.accepted),
        ExamConfig(open_at=datetime(2026, 11, 24, 9, tzinfo=UTC), may_decline=True, on_reject=OnReject.zero),
    ],
    ids=["empty", "preset", "own", "times"],
)
def test_a_form_that_is_shown_and_sent_back_changes_nothing(app, send, config):
    with app.test_request_context("/"):
        form = ExamForm()
        form.fill("Final", Kind.timed, config)
        shown = {name: field.data for name, field in form._fields.items() if field.data not in (None, [], False)}
    filled, problems = send(config, **{**dict.fromkeys(FIELDS), **shown})
    assert problems == set()
    assert (filled.title, filled.kind, filled.config) == ("Final", Kind.timed, config)


@pytest.mark.parametrize(
    ("pasted", "keys"),
    [
        ("", ()),
        ("A" * 64, ("a" * 64,)),
        (f" {'a' * 64}\r\n\r\n{'b' * 64},{'a' * 64} ", ("a" * 64, "b" * 64)),
        ("\n".join(f"{n:064x}" for n in range(50)), tuple(f"{n:064x}" for n in range(50))),
        ("a" * 63, None),
        ("a" * 65, None),
        ("g" * 64, None),
        ("١" * 64, None),
        ("\n".join(f"{n:064x}" for n in range(51)), None),
    ],
)
@pytest.mark.parametrize("name", ["browser_exam_keys", "config_keys"])
def test_keys_of_safe_exam_browser_may_be_pasted(send, name, pasted, keys):
    filled, problems = send(**{name: pasted})
    if keys is None:
        assert problems == {name}
    else:
        assert getattr(filled.config, name) == keys
