"""The chat in the report of an attempt: for those who review, for the learner, and by a shared link."""

import re

import pytest

from lti_proctor.chat import service as chat
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from lti_proctor.report import links
from lti_proctor.report.gather import gather
from lti_proctor.web.report.log import Times, other_rows
from tests.factories import make_user
from tests.factories.reported import make_reported

READERS = ("reviewer", "learner", "link")


@pytest.fixture
def attempt(app, now, time):
    found = make_reported(now)
    db.session.commit()
    time.passes(hours=2)
    return found


@pytest.fixture(params=READERS)
def reader(request, attempt, sign_in, client, now, time):
    """Who reads, their browser, and where they read."""
    if request.param == "reviewer":
        user = make_user(now, name="Dr Sol")
        browser = sign_in(user, {attempt.exam.course_id: "instructor"})
        return request.param, browser, f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report"
    if request.param == "learner":
        browser = sign_in(attempt.user, {attempt.exam.course_id: "learner"})
        return request.param, browser, f"/attempts/{attempt.id}/report"
    key, _link = links.make(attempt, actor=Actor(Role.reviewer, make_user(now).id), now=time.now)
    db.session.commit()
    path = f"/api/report/{attempt.identifier}"
    client.get(path, query_string={"key": key})
    return request.param, client, path


def test_everybody_who_may_read_the_report_reads_the_chat_and_only_staff_read_names(reader):
    who, browser, path = reader
    page = browser.get(f"{path}?part=files").text
    assert "Is &lt;b&gt;this&lt;/b&gt; right?" in page
    assert "Please open the exam anew." in page
    assert "Seite &lt;1&gt;.jpg" in page
    assert ("Pia Proctor" in page) == (who == "reviewer")
    assert 'Chat and files <span class="num">(3)</span>' in page


def test_what_was_said_is_heard_from_the_page(reader):
    _who, browser, path = reader
    page = browser.get(f"{path}?part=files").text
    [spoken] = re.findall(r'<audio controls preload="metadata" src="([^"]+)"', page)
    answer = browser.get(spoken)
    assert (answer.status_code, answer.mimetype) == (200, "video/webm")


def test_messages_stand_among_the_events_and_lead_to_the_chat(reader, attempt):
    _who, browser, path = reader
    page = browser.get(path).text
    for message in chat.messages_of(attempt):
        assert f'href="?part=files#message-{message.id}" id="row-message-{message.id}"' in page
    assert "Learner: “Is &lt;b&gt;this&lt;/b&gt; right? The clock stands still.”" in page
    assert "Learner: “" in browser.get(f"{path}?part=table").text


def test_a_long_message_is_short_in_its_row(attempt, now):
    for message in chat.messages_of(attempt):
        message.text = "x" * 500
    rows = [row for row in other_rows(gather(attempt, now=now), Times(now.tzinfo)) if row.icon == "chat"]
    assert len(rows) == 2
    assert all(len(row.words) < 100 and "xxx" in row.words for row in rows)


def test_others_find_nothing_by_the_link(attempt, client, now, time):
    [spoken] = [message.evidence_id for message in chat.messages_of(attempt) if message.evidence_id]
    assert client.get(f"/api/report/{attempt.identifier}/spoken/{spoken}").status_code in {403, 404}


@pytest.mark.parametrize(
    ("second", "value"), [("115", "115"), ("-5", "0"), ("x", "0"), (str(10**30), "600"), ("99999", "600")]
)
def test_the_time_of_a_message_leads_to_the_films_a_little_before_it(attempt, sign_in, now, second, value):
    browser = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    path = f"/exams/{attempt.exam_id}/attempts/{attempt.id}/report"
    assert 'href="?second=115"' in browser.get(f"{path}?part=files").text
    page = browser.get(f"{path}?second={second}").text
    assert f'data-do="seek" min="0" max="600" step="1" value="{value}"' in page
