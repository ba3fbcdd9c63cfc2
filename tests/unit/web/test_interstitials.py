from itertools import product

import pytest

from lti_proctor.attempts.lifecycle import PHASE, Phase, Status
from lti_proctor.attempts.steps import StepKey
from lti_proctor.exams.addons import Kind
from lti_proctor.settings import ROOT
from lti_proctor.web.learner.interstitials import PAGE, templates_for

FOLDER = ROOT / "templates"


@pytest.mark.parametrize(("kind", "status"), list(product(Kind, Status)))
def test_every_kind_and_status_has_a_page_and_its_template(kind, status):
    own, ours = templates_for(kind, status, "watcher")
    assert own == f"providers/watcher/learner/{PAGE[(kind, status)]}.html"
    if status == Status.download_software_clicked:
        # Shown by the template of the step that is next.
        assert ours == "learner/step.html"
    else:
        assert (FOLDER / ours).is_file(), ours


@pytest.mark.parametrize("step", StepKey)
def test_every_step_has_its_template(step):
    assert (FOLDER / "learner" / f"{step}.html").is_file()


def test_no_page_is_named_that_nobody_shows():
    assert set(PAGE) == set(product(Kind, Status))


@pytest.mark.parametrize("status", [s for s in Status if PHASE[s] == Phase.done])
def test_a_timed_or_practice_exam_that_was_handed_in_does_not_promise_a_review(status):
    if status == Status.submitted:
        assert PAGE[(Kind.timed, status)] != PAGE[(Kind.proctored, status)] != PAGE[(Kind.practice, status)]
