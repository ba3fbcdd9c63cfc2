import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_proctor.exams.addons import Addon, Metric
from lti_proctor.exams.config import ExamConfig
from lti_proctor.web.learner.findings import read_findings


def config(*addons, **more):
    return ExamConfig(addons=frozenset(addons), **more)


PLAIN, CAMERA = config(), config(Addon.face)
WATCHED = {Metric.s2: 1, Metric.n1: 1}
ALL = config(Addon.face, Addon.screen, Addon.track, Addon.webrtc, metrics=WATCHED)
CHECKS = ("browser", "network", "storage", "webrtc", "display", "camera", "microphone", "screen")


def report(result="fine", checks=CHECKS, **more):
    return json.dumps({check: {"result": result, "detail": "ok"} for check in checks} | more)


@pytest.mark.parametrize(
    ("exam", "checks"),
    [
        (PLAIN, ("browser", "network", "microphone")),
        (CAMERA, ("browser", "network", "camera", "microphone")),
        (config(Addon.preview), ("browser", "network", "camera", "microphone")),
        (config(Addon.screen), ("browser", "network", "microphone", "screen")),
        (config(Addon.track), ("browser", "network", "storage", "microphone")),
        (config(Addon.webrtc), ("browser", "network", "webrtc", "microphone")),
        (config(Addon.track, metrics=WATCHED), ("browser", "network", "storage", "display", "microphone")),
        (config(metrics=WATCHED), ("browser", "network", "microphone")),
        (config(Addon.record), ("browser", "network", "storage", "camera", "microphone")),
        (ALL, CHECKS),
    ],
)
def test_only_what_the_exam_needs_is_checked(exam, checks):
    assert exam.checks == checks


@pytest.mark.parametrize("exam", [PLAIN, CAMERA, ALL])
def test_when_everything_is_fine_the_check_is_passed(exam):
    findings, is_fine = read_findings(report(), exam)
    assert is_fine
    assert list(findings) == list(exam.checks)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "fine",
        '"fine"',
        "{",
        "[" * 9_000,
        "\0",
        "{}",
        report("refused"),
        report(checks=("browser", "network")),
        report(camera=None),
        report(camera="fine"),
        report(camera=["fine"]),
        report(camera={"result": ["fine"]}),
        report(camera={"result": True}),
        report(camera={"result": "FINE"}),
        report(camera={"detail": "fine"}),
        report(filler="x" * 20_000),
    ],
    ids=lambda text: text[:40],
)
def test_what_is_not_a_whole_report_does_not_pass_the_check(text):
    findings, is_fine = read_findings(text, ALL)
    assert not is_fine
    assert list(findings) == list(CHECKS)


def test_a_report_is_cut_to_what_we_know():
    long = {"result": "x" * 200, "detail": "y\0\n" * 200, "name": "Inés"}
    findings, _ = read_findings(report(camera=long, other=long), ALL)
    assert set(findings) == set(CHECKS)
    assert findings["camera"] == {"result": "x" * 60, "detail": "y" * 160}


def test_a_check_the_exam_does_not_want_can_not_fail_it():
    assert read_findings(report(camera={"result": "refused"}), PLAIN)[1]


@given(st.text(max_size=200), st.sampled_from([PLAIN, CAMERA, ALL]))
def test_whatever_a_browser_sends_is_no_crash(text, exam):
    findings, is_fine = read_findings(text, exam)
    assert is_fine is all(finding["result"] == "fine" for finding in findings.values())
