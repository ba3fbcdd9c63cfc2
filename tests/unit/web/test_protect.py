import pytest
from werkzeug.datastructures import MultiDict

from lti_proctor.attempts.models import Attempt
from lti_proctor.exams.addons import Addon, Kind
from lti_proctor.exams.config import Delivery, ExamConfig
from lti_proctor.exams.protections import ALL_PROTECTIONS, Protection
from lti_proctor.web.instructor.forms import ExamForm
from lti_proctor.web.learner.protect import protect_values

ALL = frozenset({Addon.content, Addon.lock, Addon.track, Addon.calculator})
PAGE = "https://exam.example/"


@pytest.mark.parametrize(
    ("addons", "delivery", "content", "n_protections", "locks", "calculates"),
    [
        (ALL, Delivery.framed, PAGE, 6, True, True),
        (ALL, Delivery.hosted, PAGE, 6, True, True),
        (ALL, Delivery.window, PAGE, 4, False, True),
        (ALL, Delivery.framed, "", 4, False, True),
        (ALL - {Addon.track}, Delivery.framed, PAGE, 6, False, True),
        (ALL - {Addon.content}, Delivery.framed, PAGE, 0, True, True),
        (frozenset(), Delivery.framed, PAGE, 0, False, False),
    ],
)
def test_the_page_is_told_what_acts_in_it(app, addons, delivery, content, n_protections, locks, calculates):
    with app.test_request_context("/"):
        told = protect_values(Attempt(), ExamConfig(addons=addons, delivery=delivery), content)["protect"]
    assert len(told["protections"]) == n_protections
    assert (told["lock"] is not None, told["calculator"]) == (locks, calculates)


def test_each_protection_can_be_switched_off_alone():
    for one in Protection:
        config = ExamConfig.model_validate({"protections": sorted(ALL_PROTECTIONS - {one})})
        assert ExamConfig.model_validate_json(config.model_dump_json()).protections == ALL_PROTECTIONS - {one}


def test_exams_of_before_have_all_protections():
    assert ExamConfig.model_validate({}).protections == ALL_PROTECTIONS


def test_the_editor_shows_and_reads_them(app):
    with app.test_request_context("/"):
        form = ExamForm(formdata=None)
        form.fill("Exam", Kind.proctored, ExamConfig(protections=frozenset({Protection.print_})))
        assert form.protections.data == ["print"]
        sent = MultiDict([("title", "Exam"), ("protections", "menu"), ("protections", "cover")])
        values = ExamForm(formdata=sent)._values(ExamConfig())
    assert values["protections"] == {Protection.menu, Protection.cover}
