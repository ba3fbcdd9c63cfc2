"""What the gradebook hears when an exam changes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lti_proctor import outbox
from lti_proctor.exams import service
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.columns import COLUMN, Action, action_for, column_of
from lti_proctor.exams.config import ExamConfig, GradeSource
from tests.factories import STAFF, make_exam, make_link

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 12, 2, 9, tzinfo=UTC)


def column(title="Final", kind=Kind.proctored, **config):
    return column_of(title, kind, ExamConfig(**config))


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        (column(), column(), None),
        (column(), column(lifetime=60, rules="x"), None),
        (column(), column("Other"), (Action.change, ("label",))),
        (column(), column(grade_maximum=20), (Action.change, ("scoreMaximum",))),
        (column(grade_maximum=20), column(grade_maximum=Decimal("20.00")), None),
        (column(), column(open_at=AT), (Action.change, ("startDateTime",))),
        (column(close_at=LATER), column(), (Action.change, ("endDateTime",))),
        (
            column(),
            column("Other", grade_maximum=5, open_at=AT, close_at=LATER),
            (Action.change, ("label", "scoreMaximum", "startDateTime", "endDateTime")),
        ),
        (column(), column(grade_source=GradeSource.accepted), None),
        (column(), column(grade_source=GradeSource.nothing), (Action.remove, ())),
        (column(), column("Other", grade_source=GradeSource.nothing), (Action.remove, ())),
        (column(), column(kind=Kind.practice), (Action.remove, ())),
        (column(kind=Kind.practice), column(), None),
        (column(kind=Kind.practice), column("Other"), (Action.change, ("label",))),
        (column(kind=Kind.practice), column("Other", kind=Kind.practice), None),
        (column(grade_source=GradeSource.nothing), column("Other", grade_source=GradeSource.nothing), None),
    ],
)
def test_an_action_follows_from_what_was_and_what_is(before, after, action):
    assert action_for(before, after) == action


def change(exam, now, *, title="Final", kind=Kind.proctored, **config):
    service.change_exam(exam, title=title, kind=kind, config=ExamConfig(**config), actor=STAFF, now=now)
    return [row for row in outbox.of(f"exam:{exam.id}") if row.kind == COLUMN]


def test_each_link_with_a_column_hears_of_a_change_on_a_lane_of_its_own(app, now):
    exam = make_exam(now)
    first, second = make_link(exam), make_link(exam)
    make_link(exam, line_item_url=None)
    make_link(exam, scopes=[])
    queued = change(exam, now, title="Other", grade_maximum=20)
    by_lane = {row.lane: row.payload for row in queued}
    assert by_lane.keys() == {f"column:{first.id}", f"column:{second.id}"}
    assert by_lane[f"column:{first.id}"] == {"link": first.id, "action": "change", "fields": ["label", "scoreMaximum"]}


def test_only_a_column_of_our_own_is_queued_for_removal(app, now):
    exam = make_exam(now)
    make_link(exam)
    ours = make_link(exam, made_line_item_url="https://lms.example/items/9")
    queued = change(exam, now, grade_source=GradeSource.nothing)
    assert [row.payload for row in queued] == [{"link": ours.id, "action": "remove", "fields": []}]


def test_what_the_gradebook_does_not_show_is_not_told(app, now):
    exam = make_exam(now)
    make_link(exam)
    assert change(exam, now, lifetime=45) == []
