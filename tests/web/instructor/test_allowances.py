"""Allowances of an exam: for one learner, for a list, by a file; each line of a list is told what became of it."""

import csv
import io
import re
from decimal import Decimal

import pytest

from lti_proctor.attempts import allowing
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.allowing import Row
from lti_proctor.exams.allowances import Extra, allowance_of, allowances_of
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.web.instructor import allowance_files
from tests.conftest import csrf_of
from tests.factories import STAFF, make_exam, make_running, make_user


@pytest.fixture
def path(exam):
    return f"/exams/{exam.id}/allowances"


@pytest.fixture
def upload(teacher, path):
    def send(content, browser=None, name="list.csv"):
        browser = browser or teacher
        raw = content if isinstance(content, bytes) else content.encode()
        fields = {"csrf_token": csrf_of(browser), "file": (io.BytesIO(raw), name)}
        return browser.post(f"{path}/file", data=fields)

    return send


def given(exam):
    rows = allowances_of(exam)
    return {row.user.username: (row.extra_minutes, row.factor, row.policy_exception) for row in rows}


def refused(answer):
    """Who got nothing, and in which line."""
    part = re.search(r'aria-labelledby="no".*?</section>', answer.text, re.DOTALL)
    cells = r'<bdi>([^<]*)</bdi></th><td class="num"[^>]*>(\d+)</td><td[^>]*>([^<]*)</td>'
    return {int(line): (name, why) for name, line, why in re.findall(cells, part.group() if part else "")}


def test_one_learner_gets_more_and_what_stays_empty_is_left(exam, path, teacher, post, member):
    member("Ada")
    assert (
        post(teacher, path, **{"one-learner": "ada", "one-minutes": "15", "one-exception": "A dictionary"}).status_code
        == 303
    )
    assert post(teacher, path, **{"one-learner": "ada", "one-percent": "50"}).status_code == 303
    assert given(exam) == {"ada": (15, Decimal("1.5"), "A dictionary")}
    page = teacher.get(path).text
    assert "A dictionary" in page
    assert "50 %" in page


def test_it_is_taken_back_and_that_of_another_exam_is_not(exam, path, teacher, post, member, now):
    user = member("Ada")
    key = allowing.grant(exam, user, Extra(5), actor=STAFF, now=now).id
    other = make_exam(now, exam.course)
    assert post(teacher, f"/exams/{other.id}/allowances/{key}/remove").status_code == 404
    assert allowance_of(exam.id, user.id)
    assert post(teacher, f"{path}/{key}/remove").status_code == 303
    assert post(teacher, f"{path}/{key}/remove").status_code == 404
    assert given(exam) == {}


def test_each_line_of_a_list_is_told_what_became_of_it(exam, path, teacher, post, member, now):
    ada, running = member("Ada Lovelace", username="ada"), make_running(now, exam=exam)
    member("Twin", username="t1"), member("Twin", username="t2")
    names = f"ada\r\n\r\nnobody\r\nTwin\r\n  {ada.email} \r\n{running.user.username}\r\n<b>=1+1</b>"
    answer = post(teacher, f"{path}/list", **{"many-learner": names, "many-minutes": "20"})
    assert answer.status_code == 200
    told = refused(answer)
    assert {line: name for line, (name, _why) in told.items()} == {
        3: "nobody", 4: "Twin", 5: ada.email, 7: "&lt;b&gt;=1+1&lt;/b&gt;",
    }  # fmt: skip
    assert [why.split(".")[0] for _name, why in told.values()] == [
        "We do not know this learner", "Several learners go by this name", "This learner stands in the list twice",
        "We do not know this learner",
    ]  # fmt: skip
    assert given(exam) == {"ada": (20, 1, ""), running.user.username: (20, 1, "")}
    assert attempts.seconds_left(running, now) == 80 * 60


FILES = {
    "commas": "user,minutes,factor,exception\nada,10,1.5,Notes\n",
    "semicolons, decimal comma": "user;minutes;factor;exception\nada;10;1,5;Notes\n",
    "tabs, UTF-16": "user\tminutes\tfactor\texception\nada\t10\t1.5\tNotes\n".encode("utf-16"),
    "a mark, other order, capitals, more columns": "\ufeffGroup,Exception,USER, Factor ,minutes\n7,Notes,ada,1.5,10\n",
    "quotation marks, old line ends": 'user,minutes,factor,exception\r"ada","10","1.50","Notes"\r',
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_a_file_is_read_as_spreadsheets_save_it(exam, upload, member, content):
    member("Ada")
    answer = upload(content)
    assert refused(answer) == {}
    assert given(exam) == {"ada": (10, Decimal("1.5"), "Notes")}


def test_each_line_of_a_file_gives_something_of_its_own_and_stands_for_itself(exam, upload, member):
    for name in ("Ada", "Ben", "Cleo"):
        member(name)
    answer = upload(
        'user,minutes,factor,exception\nada,10,,"Two\nlines"\nben,,2,\nben,99,,\ncleo,,,\ncleo,10001,,\ncleo,,0.5,\ncleo,1.5,,\n'
        f"cleo,,NaN,\ncleo,-5,,\ncleo,,1.555,\ncleo,1,1,x,y\n,5,,\nzoe,5,,\ncleo,,,{'x' * 2001}\ncleo,٣,,\ncleo,,1e400,\n"
    )
    assert answer.status_code == 200
    assert given(exam) == {"ada": (10, 1, "Two\nlines"), "ben": (0, 2, "")}
    told = {line: why[:12] for line, (_name, why) in refused(answer).items()}
    wrong = "Write 0 to 1"
    assert told == {
        5: "This learner", 6: "Write minute", **dict.fromkeys((7, 8, 9, 10, 11, 12, 17, 18), wrong), 13: "The line has",
        14: "We do not kn", 15: "We do not kn", 16: "The exceptio",
    }  # fmt: skip


UNUSABLE = {
    "nothing": (b"", "does not name the columns"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe", "no CSV file"),
    "a spreadsheet": (b"PK\x03\x04\x14\0\x06\0\x08\0", "no CSV file"),
    "an old code page": ("user,minutes\nInés,5\n".encode("latin-1"), "no CSV file"),
    "half of a quotation": (b'user,minutes\n"ada,5\n', "no CSV file"),
    "a cell without end": (b"user,minutes\n" + b"x" * 200_000 + b",5\n", "no CSV file"),
    "no heads": (b"ada,5\n", "does not name the columns"),
    "nothing to give": (b"user,name\nada,Ada\n", "does not name the columns"),
    "nobody": (b"user,minutes\n\n,\n", "nobody in the list"),
    "too many lines": (b"user,minutes\n" + b"ada,5\n" * 1001, "too many learners"),
}


@pytest.mark.parametrize(("content", "words"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_file_that_can_not_be_used_says_why_and_gives_nothing(exam, upload, member, content, words):
    member("Ada")
    answer = upload(content)
    assert answer.status_code == 422
    assert words in answer.text
    assert given(exam) == {}


def test_a_large_file_is_not_read_to_its_end(exam, upload, monkeypatch):
    monkeypatch.setattr(allowance_files, "BYTES_MAX", 100)
    assert "too large" in upload("user,minutes\n" + "ada,5\n" * 20).text
    assert "too large" not in upload("user,minutes\n" + "ada,5\n" * 14).text


BAD = [
    ("", {"one-learner": "ada"}, "Write minutes, a factor, or an exception"),
    ("", {"one-learner": "", "one-minutes": "5"}, "We do not know this learner"),
    ("", {"one-learner": "nobody", "one-minutes": "5"}, "We do not know this learner"),
    ("", {"one-learner": "Twin", "one-minutes": "5"}, "Several learners go by this name"),
    ("", {"one-learner": "ada", "one-minutes": "10001"}, "Write a whole number from 0 to 10000"),
    ("", {"one-learner": "ada", "one-minutes": "ten"}, "Write a whole number from 0 to 10000"),
    ("", {"one-learner": "ada", "one-percent": "901"}, "Write a whole number from 0 to 900"),
    ("", {"one-learner": "ada", "one-exception": "x" * 2001}, "The exception is too long"),
    ("/list", {"many-learner": "ada"}, "Write minutes, a factor, or an exception"),
    ("/list", {"many-learner": " \n\n", "many-minutes": "5"}, "nobody in the list"),
    ("/list", {"many-learner": "ada\n" * 1001, "many-minutes": "5"}, "too many learners"),
    ("/list", {"many-learner": "ada", "many-minutes": "-1"}, "Write a whole number from 0 to 10000"),
    ("/list", {"many-learner": "ada", "many-exception": "x" * 2001}, "The exception is too long"),
    ("/file", {}, "nobody in the list"),
]


@pytest.mark.parametrize(("where", "fields", "words"), BAD)
def test_what_can_not_be_given_is_told_and_changes_nothing(exam, path, teacher, post, member, where, fields, words):
    for username in ("ada", "t1", "t2"):
        member("Ada" if username == "ada" else "Twin", username=username)
    answer = post(teacher, f"{path}{where}", **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert answer.text.count('<details class="panel" open>') == (1 if where else 0)
    assert given(exam) == {}


def test_a_saved_file_runs_nothing_in_a_spreadsheet_and_can_be_sent_back(exam, path, teacher, upload, member, now):
    user = member("=HYPERLINK(1)", username="+ada")
    allowing.grant(exam, user, Extra(7, Decimal("1.25"), '\t=cmd|"/c calc"'), actor=STAFF, now=now)
    answer = teacher.get(f"{path}.csv", buffered=True)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="allowances-{exam.id}.csv"'
    heads, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert heads == ["user", "name", "email", "minutes", "factor", "exception"]
    assert row == ["'+ada", "'=HYPERLINK(1)", user.email, "7", "1.25", '\'=cmd\\|"/c calc"']
    post_back = answer.data.replace(b",7,", b",8,")
    assert refused(upload(post_back)) == {}
    assert given(exam) == {"+ada": (8, Decimal("1.25"), '=cmd|"/c calc"')}


def test_only_those_who_grant_see_allowances(exam, path, assistant, sign_in, upload, now):
    others = (
        assistant,
        sign_in(make_user(now, role=SiteRole.proctor)),
        sign_in(make_user(now), {exam.course_id + 1: "instructor"}),
    )
    for browser in others:
        assert browser.get(path).status_code == 404
        assert browser.get(f"{path}.csv").status_code == 404
        assert upload("user,minutes\nada,5\n", browser).status_code == 404


def test_many_are_shown_a_hundred_at_a_time(exam, path, teacher, now):
    for n in range(101):
        allowing.grant(exam, make_user(now, name=f"Learner {n:03}"), Extra(5), actor=STAFF, now=now)
    first, last = teacher.get(path).text, teacher.get(f"{path}?page=9").text
    assert "Learner 099" in first
    assert "Learner 100" not in first
    assert "Learner 100" in last
    assert "101 learners" in last


def test_a_list_of_wishes_keeps_its_order(exam, member, now):
    users = [member(name) for name in ("Ben", "Ada")]
    wishes = [("nobody", Extra(5)), ("ben", Extra(5)), ("ada", Extra(99_999)), ("ada", Extra(6))]
    rows = allowing.grant_each(exam, wishes, actor=STAFF, now=now)
    assert [(row.learner, row.user_id, row.problem) for row in rows] == [
        ("nobody", None, "learner_unknown"), ("ben", users[0].id, None), ("ada", None, "allowance"),
        ("ada", users[1].id, None),
    ]  # fmt: skip
    assert isinstance(rows[0], Row)
