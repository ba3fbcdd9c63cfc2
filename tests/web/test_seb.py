"""Exams that open only in Safe Exam Browser: who is held, what lets in, what is told."""

import gzip
import plistlib
import re

import pytest

from lti_proctor import journal
from lti_proctor.attempts.lifecycle import Status
from lti_proctor.exams.addons import Addon
from lti_proctor.exams.seb import address_hash, config_key
from lti_proctor.extensions import db
from tests.conftest import BASE_URL, csrf_of
from tests.factories import make_attempt, make_exam, make_user

CONFIG, BROWSER, OTHER = "c" * 64, "b" * 64, "d" * 64
CONFIG_HEADER, BROWSER_HEADER = "X-SafeExamBrowser-ConfigKeyHash", "X-SafeExamBrowser-RequestHash"
INSIDE = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 SEB/3.9.0"}
OWN = {"Sec-Fetch-Site": "same-origin"}


class Learner:
    def __init__(self, browser, attempt):
        self.browser, self.attempt = browser, attempt
        self.path = f"/attempts/{attempt.id}"

    def headers(self, config=None, browser=None, path=None):
        """As the browser would send them for this address."""
        address = f"{BASE_URL}{path or self.path}"
        found = dict(INSIDE)
        if config:
            found[CONFIG_HEADER] = address_hash(address, config)
        if browser:
            found[BROWSER_HEADER] = address_hash(address, browser)
        return found

    def get(self, path="", **more):
        return self.browser.get(self.path + path, **more)

    def page(self, **more):
        return self.get("/seb", follow_redirects=True, **more)

    def nonce(self):
        return re.search(r'"nonce": "([^"]+)"', self.page().text).group(1)

    def send(self, nonce, *, config=CONFIG, browser="", address=None, **more):
        address = address or f"{BASE_URL}{self.path}/seb?nonce={nonce}"
        body = {"nonce": nonce, "address": address, "config": address_hash(address, config) if config else ""}
        body["browser"] = address_hash(address, browser) if browser else ""
        return self.browser.post(f"{self.path}/seb", json=body | more, headers={"X-CSRFToken": csrf_of(self.browser)})

    def entries(self, action):
        return [e for e in journal.entries_of(f"attempt:{self.attempt.id}") if e.action == action]


@pytest.fixture
def learner(app, sign_in, now, time):
    def come(*addons, status=Status.created, **config):
        exam = make_exam(now, addons=frozenset({Addon.seb, *addons}), **config)
        attempt = make_attempt(now, exam=exam, status=status)
        return Learner(sign_in(attempt.user, {exam.course_id: "learner"}), attempt)

    return come


def is_held(answer, one):
    return answer.status_code == 303 and answer.headers["Location"].startswith(f"{one.path}/seb")


# ── The gate


@pytest.mark.parametrize("status", [Status.created, Status.download_software_clicked, Status.ready_to_start])
def test_an_ordinary_browser_is_told_how_to_open_the_exam(learner, status):
    one = learner(Addon.rules, status=status)
    assert is_held(one.get(), one)
    text = one.page().text
    assert "Open the exam in Safe Exam Browser" in text
    assert f"{one.path}/seb/open/link" in text
    assert f"{one.path}/seb/open/file" in text


def test_without_the_add_on_nothing_is_held(app, sign_in, now, time):
    attempt = make_attempt(now)
    assert sign_in(attempt.user).get(f"/attempts/{attempt.id}").status_code == 200


def test_the_frame_in_the_course_and_what_is_over_are_not_held(learner):
    one = learner()
    assert one.get(headers={"Sec-Fetch-Dest": "iframe"}).status_code == 200
    over = learner(status=Status.submitted)
    assert over.get().status_code == 200


def test_staff_are_not_held(learner, sign_in, now):
    one = learner()
    course = one.attempt.exam.course
    staff = sign_in(make_user(now, platform=course.deployment.registration), {course.id: "instructor"})
    assert "/exams/" in staff.get(one.path).headers["Location"]
    page = staff.get(f"/exams/{one.attempt.exam_id}/attempts/{one.attempt.id}/seb")
    assert "No check has been noted yet" in page.text


HEADERS = {
    # keys of the exam, what the browser has, whether it may go on
    "config": ({"config_keys": (CONFIG,)}, {"config": CONFIG}, True),
    "one of several": ({"config_keys": (OTHER, CONFIG)}, {"config": CONFIG, "browser": OTHER}, True),
    "wrong config": ({"config_keys": (CONFIG,)}, {"config": OTHER}, False),
    "no key at all": ({}, {"config": CONFIG}, False),
    "browser": ({"browser_exam_keys": (BROWSER,)}, {"browser": BROWSER}, True),
    "wrong browser": ({"browser_exam_keys": (BROWSER,)}, {"browser": OTHER}, False),
    "config is not enough": (
        {"browser_exam_keys": (BROWSER,), "config_keys": (CONFIG,)}, {"config": CONFIG}, False,
    ),
    "config sent as browser": ({"config_keys": (BROWSER,)}, {"browser": BROWSER}, False),
    "other address": ({"config_keys": (CONFIG,)}, {"config": CONFIG, "path": "/attempts/999"}, False),
    "nothing": ({"config_keys": (CONFIG,)}, {}, False),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "has", "passes"), HEADERS.values(), ids=HEADERS)
def test_headers_decide(learner, keys, has, passes):
    one = learner(**keys)
    answer = one.get(headers=one.headers(**has))
    assert (answer.status_code == 200) is passes
    assert passes or is_held(answer, one)


@pytest.mark.parametrize("value", ["", "x", "0" * 63, "0" * 65, "ä" * 64, " " * 64, "g" * 64])
def test_headers_that_are_no_hash_count_as_none(learner, value):
    one = learner(config_keys=(CONFIG,))
    assert is_held(one.get(headers={CONFIG_HEADER: value.encode().decode("latin-1")}), one)


def test_the_query_belongs_to_the_address(learner):
    one = learner(config_keys=(CONFIG,))
    assert one.get("?a=b", headers=one.headers(CONFIG, path=f"{one.path}?a=b")).status_code == 200
    other = learner(config_keys=(CONFIG,))
    assert is_held(other.get("?a=b", headers=other.headers(CONFIG)), other)


def test_a_proof_is_good_for_some_minutes_where_no_header_comes(learner, time):
    one = learner(Addon.rules, config_keys=(CONFIG,))
    assert one.get(headers=one.headers(CONFIG)).status_code == 200
    time.passes(minutes=14)
    assert one.get().status_code == 200
    time.passes(minutes=2)
    assert is_held(one.get(), one)


def test_the_start_needs_a_young_proof(learner, time, post):
    one = learner(status=Status.ready_to_start, config_keys=(CONFIG,))
    assert is_held(post(one.browser, f"{one.path}/start"), one)
    one.get(headers=one.headers(CONFIG))
    time.passes(minutes=16)
    assert is_held(post(one.browser, f"{one.path}/start"), one)
    assert one.attempt.status == Status.ready_to_start
    one.get(headers=one.headers(CONFIG))
    post(one.browser, f"{one.path}/start")
    assert one.attempt.status == Status.started


def test_what_a_page_sends_needs_a_proof_at_all(learner, time, post):
    one = learner(Addon.rules, config_keys=(CONFIG,))
    answer = post(one.browser, f"{one.path}/begin")
    assert answer.status_code == 409
    assert "opens only in Safe Exam Browser" in answer.text
    one.get(headers=one.headers(CONFIG))
    time.passes(hours=2)
    assert post(one.browser, f"{one.path}/begin").status_code == 303
    assert one.attempt.status == Status.download_software_clicked


def test_wrong_headers_are_refused_even_after_a_proof(learner):
    one = learner(config_keys=(CONFIG,))
    one.get(headers=one.headers(CONFIG))
    assert is_held(one.get(headers=one.headers(OTHER)), one)


def test_a_refusal_says_what_came_and_not_what_was_expected(learner):
    one = learner(config_keys=(CONFIG,))
    answer = one.get(headers=one.headers(OTHER), follow_redirects=True)
    assert answer.status_code == 403
    assert "was not accepted" in answer.text
    # The redirect's own address is what was hashed last.
    assert "SEB/3.9.0" in answer.text
    for secret in (CONFIG, address_hash(BASE_URL + one.path, CONFIG)):
        assert secret not in answer.text


# ── The check by script


def test_a_script_lets_in(learner):
    one = learner(config_keys=(CONFIG,))
    answer = one.send(one.nonce())
    assert answer.json == {"passed": True, "next": one.path}
    assert one.get().status_code == 200
    assert [entry.data["way"] for entry in one.entries("seb.passed")] == ["script"]


def test_a_nonce_is_good_once(learner):
    one = learner(config_keys=(CONFIG,))
    nonce = one.nonce()
    assert one.send(nonce).json["passed"]
    assert one.send(nonce).status_code == 409


SCRIPTS = {
    "wrong key": ({"config": OTHER}, 200),
    "no key": ({"config": ""}, 200),
    "numbers": ({"config": "", "browser": ""}, 200),
    "another address": ({"address": "https://elsewhere.example/"}, 409),
    "an address without the nonce": ({"address": f"{BASE_URL}/attempts/1/seb"}, 409),
}


@pytest.mark.parametrize(("what", "status"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_with_something_wrong_does_not(learner, what, status):
    one = learner(config_keys=(CONFIG,))
    answer = one.send(one.nonce(), **what)
    assert answer.status_code == status
    assert not answer.json.get("passed")
    assert is_held(one.get(), one)


@pytest.mark.parametrize("body", [{}, {"nonce": 5}, {"nonce": "x"}, {"nonce": ["x"], "address": {}}])
def test_bad_input_of_the_script_is_a_problem_in_words(learner, body):
    one = learner(config_keys=(CONFIG,))
    answer = one.browser.post(f"{one.path}/seb", json=body, headers={"X-CSRFToken": csrf_of(one.browser)})
    assert answer.status_code == 409
    assert answer.json["error"] == "seb_page_old"


def test_a_nonce_of_another_attempt_or_an_old_one_is_refused(learner, time, monkeypatch):
    one, other = learner(config_keys=(CONFIG,)), learner(config_keys=(CONFIG,))
    assert one.send(other.nonce()).status_code == 409
    nonce = one.nonce()
    monkeypatch.setattr("lti_proctor.web.learner.seb.NONCE_SECONDS", -1)
    assert one.send(nonce).status_code == 409


# ── The file and the way in


def ticket_of(one, way="file"):
    return re.search(r"/seb/file/([^/]+)/exam.seb", one.get(f"/seb/open/{way}").headers["Location"]).group(1)


def settings_in(answer):
    return plistlib.loads(gzip.decompress(gzip.decompress(answer.data)[4:]))


def test_the_link_has_the_scheme_of_the_browser(learner):
    one = learner()
    assert one.get("/seb/open/link").headers["Location"].startswith("seb://localhost:8000/attempts/")
    assert one.get("/seb/open/file").headers["Location"].startswith(f"{BASE_URL}/attempts/")


def test_the_file_leads_into_the_exam_and_its_key_lets_in(learner, app):
    one = learner(Addon.rules)
    ticket, seb = ticket_of(one), app.test_client()
    path = f"{one.path}/seb/file/{ticket}/exam.seb"
    assert seb.head(path).status_code == 200
    answer = seb.get(path)
    assert answer.headers["Content-Type"] == "application/seb"
    found = settings_in(answer)
    assert found["startURL"].startswith(f"{BASE_URL}{one.path}/seb/enter/")
    assert seb.get(path).status_code == 409
    assert "Go on to the exam" in seb.get(found["startURL"].removeprefix(BASE_URL)).text
    assert is_held(seb.post(f"{one.path}/window", data={"ticket": ticket}, headers=OWN), one) is False
    key = config_key(found)
    assert seb.get(one.path, headers=one.headers(key)).status_code == 200
    assert is_held(seb.get(one.path, headers=one.headers(OTHER)), one)
    # Back to the first page, as its button for the start does.
    assert seb.get(found["startURL"].removeprefix(BASE_URL)).headers["Location"] == one.path


def test_the_key_of_one_file_is_no_key_for_another_session(learner, app):
    one = learner()
    found = settings_in(app.test_client().get(f"{one.path}/seb/file/{ticket_of(one)}/exam.seb"))
    assert is_held(one.get(headers=one.headers(config_key(found))), one)


def test_a_ticket_of_another_attempt_opens_nothing(learner, app):
    one, other = learner(), learner()
    ticket, seb = ticket_of(other), app.test_client()
    assert seb.get(f"{one.path}/seb/file/{ticket}/exam.seb").status_code == 404
    assert seb.get(f"{one.path}/seb/enter/{ticket}").status_code == 404
    assert seb.post(f"{one.path}/window", data={"ticket": ticket}, headers=OWN).status_code == 409


def test_an_old_ticket_is_refused_in_words(learner, app, monkeypatch):
    one = learner()
    ticket = ticket_of(one)
    monkeypatch.setattr("lti_proctor.web.tickets.settings", lambda: one_second_ago(app))
    assert app.test_client().get(f"{one.path}/seb/file/{ticket}/exam.seb").status_code == 409


def one_second_ago(app):
    return app.extensions["settings"].model_copy(update={"ticket_seconds": -1})


def test_with_browser_exam_keys_there_is_no_file_of_ours(learner):
    one = learner(browser_exam_keys=(BROWSER,))
    assert "Your teacher gave you a file for it" in one.page().text
    assert one.get("/seb/open/link").status_code == 404


def test_when_it_is_over_the_browser_can_be_closed(learner):
    one = learner(config_keys=(CONFIG,))
    one.get(headers=one.headers(CONFIG))
    one.attempt.status = Status.submitted
    db.session.commit()
    assert f"{one.path}/seb/quit" in one.get().text
    assert "You may close this window" in one.get("/seb/quit").text


# ── What staff see


def test_staff_see_what_came_and_what_was_expected_and_no_key(learner, sign_in, now, time):
    one = learner(config_keys=(CONFIG,))
    one.get(headers=one.headers(OTHER))
    time.passes(seconds=20)
    one.get(headers=one.headers(CONFIG))
    course = one.attempt.exam.course
    staff = sign_in(make_user(now, platform=course.deployment.registration), {course.id: "instructor"})
    text = staff.get(f"/exams/{one.attempt.exam_id}/attempts/{one.attempt.id}/seb").text
    address = f"{BASE_URL}{one.path}"
    for shown in (address, address_hash(address, OTHER), address_hash(address, CONFIG), "SEB/3.9.0", "Not passed"):
        assert shown in text
    assert "A Config Key of the settings" in text
    assert CONFIG not in text
    assert staff.get(f"/exams/{one.attempt.exam_id}/attempts/{one.attempt.id}").status_code == 200


def test_strangers_do_not_see_it(learner, sign_in, now):
    one = learner()
    stranger = sign_in(make_user(now))
    assert stranger.get(f"/exams/{one.attempt.exam_id}/attempts/{one.attempt.id}/seb").status_code == 404
    assert stranger.get(f"{one.path}/seb").status_code == 404


def test_many_refusals_are_written_down_seldom(learner):
    one = learner(config_keys=(CONFIG,))
    for _ in range(5):
        one.get(headers=one.headers(OTHER))
    assert len(one.entries("seb.refused")) == 1
