"""A report by its link: for whoever has the key, until its day, and nothing but that report."""

import json
from datetime import timedelta

import pytest

from lti_proctor import journal
from lti_proctor.attempts.service import subject_of
from lti_proctor.errors import Refused
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import current_settings, db
from lti_proctor.journal import Actor, Role
from lti_proctor.monitoring.models import Flag
from lti_proctor.report import links
from lti_proctor.report.gather import gather
from lti_proctor.report.models import ReportLink
from lti_proctor.web.report.page import PARTS
from tests.factories import make_user
from tests.factories.reported import ADDONS, make_reported

COOKIE = "lti-proctor-report"


@pytest.fixture
def attempt(app, now, time):
    found = make_reported(now)
    time.passes(hours=2)
    return found


@pytest.fixture
def staff_path(attempt):
    return f"/exams/{attempt.exam_id}/attempts/{attempt.id}"


@pytest.fixture
def made(attempt, time):
    key, link = links.make(attempt, actor=Actor(Role.reviewer, make_user(time.now).id), now=time.now)
    return key, link.id


@pytest.fixture
def path(attempt):
    return f"/api/report/{attempt.identifier}"


@pytest.fixture
def reader(client, path, made):
    """A browser that has opened the link."""
    assert client.get(path, query_string={"key": made[0]}).status_code == 303
    return client


def views(attempt):
    return [e.data for e in journal.entries_of(subject_of(attempt)) if e.action == "report.viewed"]


def test_the_key_becomes_a_cookie_below_this_report_only(client, path, made, attempt):
    answer = client.get(path, query_string={"key": made[0]})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    cookie = answer.headers["Set-Cookie"]
    assert all(
        part in cookie for part in (f"{COOKIE}={made[0]}", "HttpOnly", f"Path={path}", "SameSite=Lax", "Max-Age=3600")
    )
    assert len(answer.headers.getlist("Set-Cookie")) == 1
    assert views(attempt) == []


def test_the_reader_sees_what_the_learner_sees_and_nobody_of_the_staff(reader, path, attempt, made):
    page = reader.get(path)
    assert page.status_code == 200
    for words in ("Inés Márquez", "A second voice", "All is well.", f"{path}/recordings/", f"{path}/photos/"):
        assert words in page.text
    assert "Set-Cookie" not in page.headers
    assert views(attempt) == [{"link": made[1]}]
    row = db.session.get(ReportLink, made[1])
    assert (row.n_views, row.viewed_at is not None) == (1, True)


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_it_can_be_answered_or_names_the_staff(reader, path, attempt, part):
    attempt.ipaddress, attempt.user.email = "198.51.100.7", "ines@school.example"
    db.session.commit()
    page = reader.get(f"{path}?part={part}")
    assert page.status_code == 200
    for hidden in (
        *("Dr Vega", "Looks", "<form", "csrf", "data-judge", "Confirm the flag", "Your answer", "You answered"),
        *("/attempts/", "/exams/", "198.51.100.7", "ines@school.example"),
    ):
        assert hidden not in page.text, hidden


def test_it_plays_and_tells_as_the_learners_own_report_does(reader, path, attempt):
    page = reader.get(path).text
    block = page.split('id="report-data">')[1].split("</script>")[0]
    data = json.loads(block)
    assert [one["url"].split("/recordings/")[0] for one in (*data["tracks"]["camera"], *data["tracks"]["screen"])] == [
        path,
        path,
    ]
    assert (data["photo"], len(data["flags"])) == (f"{path}/photos/0", 2)
    for part in (
        'data-part="timeline"',
        'data-part="log"',
        'data-do="seek"',
        "Averages over 12 intervals",
        "?part=table",
    ):
        assert part in page
    assert "Minute by minute" in reader.get(f"{path}?part=table").text
    assert reader.get(f"{path}?part=nothing").status_code == 404


def test_the_learners_answer_is_read_by_others_as_theirs(reader, path, attempt):
    flag = db.session.query(Flag).filter_by(attempt_id=attempt.id).first()
    flag.answer = "My brother came in."
    db.session.commit()
    page = reader.get(f"{path}?flag={flag.id}").text
    assert "The learner answers" in page
    assert "My brother came in." in page


@pytest.mark.parametrize("ending", ["", "?key=wrong", "?key=", "/recordings/1", "/photos/1", "/files/1"])
def test_no_answer_leads_out_or_is_found_by_search(reader, path, ending):
    answer = reader.get(path + ending)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Cache-Control"] == "no-store"


def test_films_come_in_parts_and_pictures_whole(reader, path, attempt, now):
    report = gather(attempt, now=now)
    joined, raw = report.recordings
    part = reader.get(f"{path}/recordings/{joined.id}", headers={"Range": "bytes=4-9"})
    assert (part.status_code, len(part.data)) == (206, 6)
    assert reader.get(f"{path}/recordings/{raw.id}").status_code == 200
    by_kind = {photo.kind: photo.id for photo in report.photos}
    assert reader.get(f"{path}/photos/{by_kind['face']}").mimetype == "image/jpeg"
    # Beside a note of those who review.
    assert reader.get(f"{path}/photos/{by_kind['remark']}").status_code == 404
    told = reader.get(f"{path}/files/{report.files[0].id}").headers
    assert told["Content-Disposition"].startswith("attachment")
    assert reader.get(f"{path}/photos/{report.files[0].id}").status_code == 404


@pytest.mark.parametrize("kind", ["photos", "recordings", "files"])
def test_what_belongs_to_another_attempt_is_not_there(reader, path, now, kind):
    other = gather(make_reported(now), now=now)
    assert reader.get(f"{path}/{kind}/{getattr(other, kind)[0].id}").status_code == 404


def revoked(attempt, link, time):
    links.revoke(attempt, link.id, actor=Actor(Role.reviewer), now=time.now)


def expired(attempt, link, time):
    time.passes(days=current_settings().report_link_days)


def forgotten(attempt, link, time):
    db.session.delete(link)


@pytest.mark.parametrize("happens", [revoked, expired, forgotten])
def test_a_link_that_is_over_closes_at_once_also_for_films(reader, path, attempt, made, time, happens):
    film = f"{path}/recordings/{gather(attempt, now=time.now).recordings[0].id}"
    assert [reader.get(one).status_code for one in (path, film)] == [200, 200]
    happens(attempt, db.session.get(ReportLink, made[1]), time)
    assert [reader.get(one).status_code for one in (path, film, f"{path}?key={made[0]}")] == [404, 404, 404]
    assert "This link is not open" in reader.get(path).text


@pytest.mark.parametrize("key", ["", "x", "ü" * 50, "k" * 5000])
def test_a_wrong_key_learns_nothing(client, path, made, key):
    wrong = client.get(path, query_string={"key": key})
    unknown = client.get("/api/report/nobody", query_string={"key": key})
    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert wrong.text.count("This link is not open") == unknown.text.count("This link is not open") > 0
    client.set_cookie(COOKIE, "k" * 43, domain="localhost", path=path)
    assert client.get(path).status_code == 404


def test_a_key_opens_its_own_report_only(client, made, now):
    other = make_reported(now)
    assert client.get(f"/api/report/{other.identifier}", query_string={"key": made[0]}).status_code == 404


def test_whoever_guesses_is_slowed_down(client, path, made):
    answers = {client.get(path, query_string={"key": f"guess-{n}"}).status_code for n in range(61)}
    assert answers == {404, 429}
    assert client.get(path, query_string={"key": made[0]}).status_code == 303


def test_a_link_is_made_shown_once_and_taken_back(teacher, attempt, staff_path, post, client):
    assert "Make a link" in teacher.get(f"{staff_path}/take-away").text
    page = post(teacher, f"{staff_path}/links")
    assert page.status_code == 200
    address = page.text.split('id="link-value" dir="ltr">')[1].split("</code>")[0]
    assert address.startswith(f"http://localhost:8000/api/report/{attempt.identifier}?key=")
    key = address.split("key=")[1]
    assert key not in teacher.get(f"{staff_path}/take-away").text
    row = db.session.query(ReportLink).one()
    assert (row.key_hash, len(key)) == (links._hash(key), 43)
    assert post(teacher, f"{staff_path}/links/{row.id}/revoke").status_code == 303
    assert "Taken back" in teacher.get(f"{staff_path}/take-away").text
    assert client.get(address.removeprefix("http://localhost:8000")).status_code == 404
    actions = [e.action for e in journal.entries_of(subject_of(attempt))]
    assert actions[-2:] == ["report.shared", "report.revoked"]


def test_an_exam_without_the_add_on_shares_nothing(app, now, sign_in, post):
    attempt = make_reported(now, addons=ADDONS - {Addon.shared})
    with pytest.raises(Refused, match="not_shared"):
        links.make(attempt, actor=Actor(Role.reviewer), now=now)
    teacher = sign_in(make_user(now), {attempt.exam.course_id: "instructor"})
    assert post(teacher, f"/exams/{attempt.exam_id}/attempts/{attempt.id}/links").status_code == 409


def test_there_are_at_most_so_many_open_links(attempt, time):
    actor = Actor(Role.reviewer)
    made = [links.make(attempt, actor=actor, now=time.now)[1] for _ in range(links.MOST)]
    with pytest.raises(Refused, match="too_many_links"):
        links.make(attempt, actor=actor, now=time.now)
    links.revoke(attempt, made[0].id, actor=actor, now=time.now)
    assert links.make(attempt, actor=actor, now=time.now + timedelta(minutes=1))


def test_a_link_of_another_attempt_is_not_taken_back_here(teacher, staff_path, post, now):
    other = make_reported(now)
    _key, link = links.make(other, actor=Actor(Role.reviewer), now=now)
    assert post(teacher, f"{staff_path}/links/{link.id}/revoke").status_code == 404
