"""The pure rules of the provider's side: what is read, what is told of a review, where an onboarding stands."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.errors import Invalid
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.config import ExamConfig, GradeSource
from lti_proctor.providers.server import wire, words
from lti_proctor.providers.server.exams import NOT_THERE, config_of_site, kind_of
from lti_proctor.providers.server.onboarding import Profile, Standing, Try, standing
from lti_proctor.providers.server.reviews import VERDICTS, Noticed, Told, payload
from lti_proctor.web import words as pages

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(
    ["id", "course_id", "content_id", "exam_name", "name", "time_limit_mins", "is_proctored", "is_practice_exam",
     "is_active", "rule_summary", "user_id", "full_name", "email", "status"]
)  # fmt: skip


def outcome(read, given):
    """The code of a refusal, or what was read."""
    try:
        return "", read(given)
    except Invalid as invalid:
        return invalid.code if invalid.code == "provider_body" or invalid.details["field"] else "unnamed", None


@given(st.binary(max_size=300))
def test_whatever_comes_is_an_object_or_refused(raw):
    code, found = outcome(wire.read_object, raw)
    assert code == "provider_body" if found is None else isinstance(found, dict)


@given(st.dictionaries(names, anything, max_size=10))
def test_whatever_an_object_holds_is_read_or_refused_by_name(body):
    for read in (wire.read_exam, wire.read_attempt, wire.read_change):
        code, found = outcome(read, body)
        assert (found is None) == (code == "provider_field")


@given(st.text(), st.text())
def test_names_are_lines_that_fit(name, rules):
    try:
        told = wire.read_exam({"id": 1, "course_id": "c", "exam_name": name, "rule_summary": rules})
    except Invalid:
        assert not "".join(c for c in name if c.isprintable()).strip()
        return
    assert told.name == told.name.strip()
    assert told.name.isprintable()
    assert len(told.name) <= 255
    assert "\0" not in told.rules


@pytest.mark.parametrize(
    ("told", "before", "has_onboarding", "kind"),
    [
        ({"is_proctored": True}, Kind.practice, False, Kind.proctored),
        ({"is_proctored": True, "is_practice_exam": True}, Kind.proctored, False, Kind.practice),
        ({"is_proctored": True, "is_practice_exam": True}, Kind.proctored, True, Kind.onboarding),
        ({"is_proctored": False}, Kind.proctored, True, Kind.proctored),
        ({"is_proctored": False}, Kind.onboarding, True, Kind.onboarding),
    ],
)
def test_the_kind_of_an_exam(told, before, has_onboarding, kind):
    exam = wire.read_exam({"id": 1, "course_id": "c", "exam_name": "n", **told})
    assert kind_of(exam, before, has_onboarding=has_onboarding) == kind


def test_what_the_site_decides_is_not_left_to_the_template():
    config = ExamConfig(
        addons=frozenset({*NOT_THERE, Addon.record}), open_at=NOW, attempt=3, may_decline=True, url="https://x.example"
    )
    told = wire.read_exam({"id": 1, "course_id": "c", "exam_name": "n", "time_limit_mins": 30})
    found = config_of_site(config, told)
    assert (found.addons, found.lifetime, found.grade_source) == ({Addon.record}, 30, GradeSource.nothing)
    assert (found.open_at, found.attempt, found.may_decline, found.url) == (None, 0, False, "")
    assert config_of_site(found, told) == found


# reviews

NOTICED = [Noticed("Away", NOW + timedelta(seconds=1.9), NOW + timedelta(seconds=4.1))]
AWAY = {"comment": "Away", "status": "Suspicious", "start": 1, "stop": 5, "duration": 4}


@pytest.mark.parametrize(
    ("status", "word", "comments"),
    [
        (Status.verified, "passed", []),
        (Status.rejected, "violation", ["Rules Violation", "Suspicious"]),
        (Status.second_review_required, "suspicious", ["Rules Violation", "Suspicious"]),
        (Status.error, "not_reviewed", []),
    ],
)
def test_a_verdict_is_told_in_the_words_of_the_protocol(status, word, comments):
    told = payload(Told(status, NOW, said="Left", noticed=NOTICED))
    assert told["status"] == word
    assert [comment["status"] for comment in told["comments"]] == comments
    assert set(told) == {"status", "comments"}


def test_every_told_status_has_a_word():
    from lti_proctor.attempts.sites import REVIEWED, TOLD

    assert set(VERDICTS) == {status for status, kind in TOLD.items() if kind == REVIEWED}


def test_comments_count_whole_seconds_from_the_start():
    assert payload(Told(Status.rejected, NOW, noticed=NOTICED))["comments"] == [AWAY]
    early = [Noticed("Away", NOW - timedelta(seconds=3), NOW - timedelta(seconds=1))]
    assert payload(Told(Status.rejected, NOW, noticed=early))["comments"][0]["start"] == 0
    assert payload(Told(Status.rejected, None, noticed=NOTICED))["comments"][0]["start"] == 0


@given(st.floats(-1e6, 1e6), st.floats(0, 1e5))
def test_no_comment_ends_before_it_begins(start, length):
    begins = NOW + timedelta(seconds=start)
    one = Noticed("x", begins, begins + timedelta(seconds=length))
    comment = payload(Told(Status.rejected, NOW, noticed=[one]))["comments"][0]
    assert 0 <= comment["start"] <= comment["stop"]
    assert comment["duration"] == comment["stop"] - comment["start"]


def test_what_is_not_known_is_not_said():
    told = payload(Told(Status.verified, NOW, email="a@b.example", link="https://x.example"))
    assert (told["reviewed_by"], told["videoReviewLink"]) == ("a@b.example", "https://x.example")


# onboarding

OLD, RECENT = NOW - timedelta(days=400), NOW - timedelta(days=10)


@pytest.mark.parametrize(
    ("tries", "profile"),
    [
        ([], Profile.none),
        ([(Status.created, RECENT, True)], Profile.none),
        ([(Status.started, RECENT, True)], Profile.none),
        ([(Status.error, RECENT, True)], Profile.none),
        ([(Status.submitted, RECENT, True)], Profile.pending),
        ([(Status.second_review_required, RECENT, True)], Profile.pending),
        ([(Status.rejected, RECENT, True)], Profile.rejected),
        ([(Status.rejected, OLD, True), (Status.submitted, RECENT, True)], Profile.pending),
        ([(Status.submitted, OLD, True), (Status.rejected, RECENT, True)], Profile.rejected),
        ([(Status.verified, RECENT, True)], Profile.approved_here),
        ([(Status.verified, RECENT, False)], Profile.approved_elsewhere),
        (
            [(Status.verified, RECENT, False), (Status.verified, RECENT - timedelta(days=9), True)],
            Profile.approved_here,
        ),
        ([(Status.verified, RECENT, True), (Status.rejected, NOW, True)], Profile.approved_here),
        ([(Status.verified, OLD, True)], Profile.expired),
        ([(Status.verified, OLD, True), (Status.submitted, RECENT, True)], Profile.pending),
    ],
)
def test_where_an_onboarding_stands(tries, profile):
    assert standing([Try(*one) for one in tries], NOW, 365).profile == profile


def test_an_onboarding_says_until_when_it_is_good():
    assert standing([Try(Status.verified, RECENT, True)], NOW, 365) == Standing(
        Profile.approved_here, RECENT + timedelta(days=365)
    )


def test_sites_are_told_in_the_words_of_our_pages(app):
    assert {metric: str(text) for metric, text in words.METRICS.items()} == {
        metric: str(text) for metric, text in pages.METRICS.items()
    }
    assert {reason: str(text) for reason, text in words.REASONS.items()} == {
        reason: str(texts[0]) for reason, texts in pages.REASONS.items()
    }
