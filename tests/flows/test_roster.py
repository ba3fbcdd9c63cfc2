"""The roster of the course over real messages: who is expected at an exam, and what became of it."""

from typing import Any

import pytest
from sqlalchemy import event

from lti_proctor import clock, jobs, outside
from lti_proctor.extensions import add_if_new, db
from lti_proctor.lti import arrivals, service_tokens
from lti_proctor.people import roster
from lti_proctor.people.models import CourseMember, Identity, User
from lti_proctor.people.roles import Part
from lti_proctor.people.roster import Member, Standing, take_over
from lti_proctor.platforms.models import Course
from tests.conftest import SignIn, Time
from tests.factories import make_attempt, make_course, make_exam, make_user
from tests.flows.conftest import ASSISTANT, INES, JONAS, TEACHER, World

NAMES = ["Inés Márquez", "ليلى حداد", "Mei-Ling Tsai", "Jonas Öberg", "נועה לוי", "Wibowo", "Amara O’Connor-Nwosu"]
REAL_NOW = clock.now
FAULTS = {
    "down": "outside_unreachable",
    "401": "roster_status_401",
    "403": "roster_status_403",
    "404": "roster_status_404",
    "429": "roster_status_429",
    "500": "roster_status_500",
    "503": "roster_status_503",
    "malformed": "roster_unreadable",
}


def work_off(world: World) -> int:
    """Run what a launch or a button has queued; how many jobs it was."""
    huey, done = world.app.extensions["jobs"].huey, 0
    while (task := huey.dequeue()) is not None:
        name, args = task.args
        db.session.commit()
        jobs.run(name, args)
        done += name == "lti.roster"
    db.session.expire_all()
    return done


def course() -> Course:
    return db.session.query(Course).one()


def read_anew(world: World) -> None:
    jobs.run("lti.roster", (course().id,))
    db.session.expire_all()


def tell(world: World, **settings: Any) -> None:
    world.control.post("/control/settings", json=settings).raise_for_status()


def arrive_as_staff(world: World, person: str = TEACHER) -> str:
    """Launch, and read the roster; the path of its page."""
    answer = world.launch(person)
    assert answer.status_code == 303, answer.text
    assert work_off(world) == 1
    return f"{answer.headers['Location']}/roster"


def members() -> dict[str, CourseMember]:
    query = db.session.query(Identity.subject, CourseMember).join(
        CourseMember, CourseMember.user_id == Identity.user_id
    )
    return dict(query.all())  # type: ignore[arg-type]


def test_staff_see_everybody_who_is_expected(world: World):
    path = arrive_as_staff(world)
    page = world.tool(TEACHER).get(path).text
    assert [name for name in NAMES if f"<bdi>{name}</bdi>" not in page] == []
    assert page.count("Not opened") == 7
    assert "7 learners · 1 assistant · 1 teacher" in page
    assert "Hanna Lindqvist</bdi></th>" not in page
    assert course().roster_error is None


def test_a_learner_who_opened_the_exam_is_the_same_person_with_a_status(world: World):
    world.open_attempt(JONAS)
    page = world.tool(TEACHER).get(arrive_as_staff(world)).text
    assert page.count("Not opened") == 6
    assert "Not started" in page
    assert db.session.query(Identity).filter_by(subject=JONAS).count() == 1


def test_a_learner_of_the_roster_comes_in_as_the_same_person(world: World):
    path = arrive_as_staff(world)
    before = db.session.query(User).count()
    world.open_attempt(INES)
    assert db.session.query(User).count() == before
    assert world.tool(TEACHER).get(path).text.count("Not opened") == 6


def test_a_roster_of_many_pages_is_read_whole(world: World):
    tell(world, page_size=2)
    page = world.tool(TEACHER).get(arrive_as_staff(world)).text
    assert page.count("Not opened") == 7
    assert len(members()) == 9


def test_reading_twice_changes_nothing(world: World):
    arrive_as_staff(world)
    before = {subject: (row.id, row.part, row.is_active) for subject, row in members().items()}
    read_anew(world)
    assert {subject: (row.id, row.part, row.is_active) for subject, row in members().items()} == before


@pytest.mark.parametrize("mode", FAULTS)
def test_trouble_keeps_the_old_roster_and_staff_see_it(world: World, mode: str):
    path = arrive_as_staff(world)
    at = course().roster_at
    world.fault("nrps", mode)
    read_anew(world)
    assert (course().roster_error, course().roster_at) == (FAULTS[mode], at)
    page = world.tool(TEACHER).get(path).text
    assert page.count("Not opened") == 7
    assert "The roster may not be up to date" in page
    assert FAULTS[mode] in page
    world.mend()
    read_anew(world)
    assert "The roster may not be up to date" not in world.tool(TEACHER).get(path).text


def test_no_token_keeps_the_old_roster_too(world: World):
    arrive_as_staff(world)
    service_tokens.forget_all()
    world.fault("token", "403")
    read_anew(world)
    assert course().roster_error == "token_status_403"
    assert len(members()) == 9


def test_trouble_on_a_later_page_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch):
    arrive_as_staff(world)
    tell(world, page_size=4, inactive=[INES])
    ask = outside.request

    def breaks_later(method: str, url: str, **options: Any) -> outside.Answer:
        answer = ask(method, url, **options)
        return outside.Answer(500, {}, b"") if "from=" in url else answer

    monkeypatch.setattr(outside, "request", breaks_later)
    read_anew(world)
    assert course().roster_error == "roster_status_500"
    assert members()[INES].is_active


def test_a_token_that_is_not_taken_any_more_is_fetched_anew(world: World):
    arrive_as_staff(world)
    world.control.post("/control/expire-tokens").raise_for_status()
    read_anew(world)
    assert course().roster_error is None


@pytest.mark.parametrize(
    ("following", "note"), [("https://elsewhere.example/more", "roster_elsewhere"), ("", "roster_endless")]
)
def test_a_list_that_leads_away_or_in_a_circle_ends_there(
    world: World, monkeypatch: pytest.MonkeyPatch, following: str, note: str
):
    path = arrive_as_staff(world)
    tell(world, page_size=3)
    ask, asked = outside.request, []

    def leads_away(method: str, url: str, **options: Any) -> outside.Answer:
        asked.append(url)
        answer = ask(method, url, **options)
        return outside.Answer(answer.status, {"link": f'<{following}>; rel="next"'}, answer.body)

    monkeypatch.setattr(outside, "request", leads_away)
    read_anew(world)
    assert len([url for url in asked if "memberships" in url]) == 1
    assert not any("elsewhere" in url for url in asked)
    assert course().roster_error == note
    assert all(row.is_active for row in members().values())
    assert "Some people may be missing here." in world.tool(TEACHER).get(path).text


def test_somebody_who_left_is_shown_as_such_and_may_come_back(world: World):
    path = arrive_as_staff(world)
    tell(world, inactive=[INES, JONAS])
    read_anew(world)
    page = world.tool(TEACHER).get(path).text
    assert page.count("Not active any more") == 2
    assert "5 learners" in page
    tell(world, inactive=[])
    read_anew(world)
    assert "7 learners" in world.tool(TEACHER).get(path).text


def test_without_names_there_are_still_people(world: World):
    tell(world, share_names=False, share_emails=False)
    page = world.tool(TEACHER).get(arrive_as_staff(world)).text
    assert page.count("Not opened") == 7
    assert page.count("<bdi>lti-") >= 7


def test_a_name_that_is_not_sent_any_more_is_kept(world: World):
    path = arrive_as_staff(world)
    tell(world, share_names=False, share_emails=False)
    read_anew(world)
    page = world.tool(TEACHER).get(path).text
    assert [name for name in NAMES if name not in page] == []


def test_without_the_service_the_page_says_so(world: World):
    tell(world, offer_roster=False)
    answer = world.launch(TEACHER)
    assert work_off(world) == 0
    page = world.tool(TEACHER).get(f"{answer.headers['Location']}/roster").text
    assert "The course system does not share its roster" in page
    assert "Read again" not in page


def test_a_launch_without_the_claim_takes_the_address_back_from_nobody(world: World):
    arrive_as_staff(world)
    url = course().memberships_url
    tell(world, offer_roster=False)
    world.launch(ASSISTANT)
    db.session.expire_all()
    assert url is not None
    assert course().memberships_url == url


def test_the_address_of_a_known_course_is_brought_up_to_date(world: World):
    world.launch(TEACHER)
    url = course().memberships_url
    course().memberships_url = "https://lms.example/old"
    db.session.commit()
    arrivals.links.clear()
    world.open_attempt(JONAS)
    db.session.expire_all()
    assert course().memberships_url == url


def test_staff_queue_one_reading_in_a_minute(world: World, time: Time):
    time.now = REAL_NOW().replace(second=0)
    world.launch(TEACHER)
    world.launch(ASSISTANT)
    world.open_attempt(JONAS)
    assert work_off(world) == 1
    time.passes(seconds=61)
    world.launch(ASSISTANT)
    assert work_off(world) == 1


def test_deep_linking_reads_it_too(world: World):
    assert world.launch(TEACHER, path="/lti/start-deep-linking").status_code == 303
    assert work_off(world) == 1
    assert len(members()) == 9


def test_the_button_reads_again(world: World):
    path = arrive_as_staff(world)
    assert world.press(TEACHER, path).status_code == 303
    assert work_off(world) == 1
    assert "The roster is being read." in world.tool(TEACHER).get(path).text


def test_learners_do_not_see_the_roster(world: World):
    path = arrive_as_staff(world)
    world.open_attempt(INES)
    assert world.tool(INES).get(path).status_code == 404
    assert world.press(INES, path).status_code == 404
    assert work_off(world) == 0


def test_a_class_coming_in_costs_no_further_statement(world: World):
    arrive_as_staff(world)
    world.open_attempt(INES)
    said: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    fields = world.authorise(JONAS, world.begin(JONAS, f"/lti/start/{world.link()}"))
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert world.tool(JONAS).post("/lti/launch", data=fields).status_code == 303
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert said
    assert [s for s in said if "courses" in s or "course_members" in s or "resource_links" in s.split("FROM")[0]] == []


def listed(now: Any, **values: Any) -> tuple[Course, Any]:
    found = make_course(now, **values)
    found.memberships_url = "https://lms.example/nrps"
    return found, make_exam(now, found)


def parts_of(course_id: int) -> dict[str, tuple[Part, bool]]:
    db.session.expire_all()
    rows = db.session.query(CourseMember).filter_by(course_id=course_id)
    return {row.user.name: (row.part, row.is_active) for row in rows}


@pytest.mark.usefixtures("app")
def test_who_is_deleted_goes_and_who_is_missing_stays_inactive(now: Any):
    here, _exam = listed(now)
    people = [Member(s, Part.learner, name=s.upper()) for s in ("a", "b", "c")]
    take_over(here, people, is_whole=True, now=now)
    gone = Member("a", Part.learner, Standing.deleted)
    stranger = Member("z", Part.learner, Standing.deleted)
    take_over(here, [gone, people[1], stranger], is_whole=True, now=now)
    assert parts_of(here.id) == {"B": (Part.learner, True), "C": (Part.learner, False)}
    assert db.session.query(Identity).filter_by(subject="z").count() == 0


@pytest.mark.usefixtures("app")
def test_a_part_of_a_roster_makes_nobody_inactive(now: Any):
    here, _exam = listed(now)
    take_over(here, [Member("a", Part.learner, name="A")], is_whole=True, now=now)
    take_over(here, [Member("b", Part.learner, name="B")], is_whole=False, now=now)
    assert parts_of(here.id) == {"A": (Part.learner, True), "B": (Part.learner, True)}


@pytest.mark.usefixtures("app")
def test_somebody_who_comes_in_at_this_moment_is_one_person(now: Any, monkeypatch: pytest.MonkeyPatch):
    here, _exam = listed(now)
    quick = make_user(now, name="Quick")

    def launched_before(model: Any, **values: Any) -> int | None:
        if model is Identity:
            add_if_new(Identity, **{**values, "user_id": quick.id})
        return add_if_new(model, **values)

    monkeypatch.setattr(roster, "add_if_new", launched_before)
    take_over(here, [Member("a", Part.learner, name="Slow")], is_whole=True, now=now)
    db.session.commit()
    assert parts_of(here.id) == {"Quick": (Part.learner, True)}
    assert db.session.query(User).count() == 1


def test_a_roster_that_calls_an_assistant_a_learner_does_not_make_one(world: World):
    path = arrive_as_staff(world, ASSISTANT)
    row = members()[ASSISTANT]
    take_over(course(), [Member(ASSISTANT, Part.learner)], is_whole=False, now=clock.now())
    db.session.commit()
    page = world.tool(ASSISTANT).get(path).text
    assert (row.part, row.launched_part) == (Part.learner, Part.assistant)
    assert "7 learners · 1 assistant" in page


def test_a_long_roster_has_pages(app: Any, now: Any, sign_in: SignIn):
    here, exam = listed(now)
    take_over(here, [Member(f"s{n}", Part.learner, name=f"P{n:03}") for n in range(51)], is_whole=True, now=now)
    make_attempt(now, exam=exam)
    browser = sign_in(make_user(now), {here.id: "assistant"})
    first = browser.get(f"/exams/{exam.id}/roster").text
    last = browser.get(f"/exams/{exam.id}/roster?page=99").text
    assert (first.count("Not opened"), last.count("Not opened")) == (50, 1)
    assert "P050" in last


def test_before_the_first_reading_the_page_says_so(app: Any, now: Any, sign_in: SignIn):
    here, exam = listed(now)
    browser = sign_in(make_user(now), {here.id: "instructor"})
    page = browser.get(f"/exams/{exam.id}/roster").text
    assert "Not read from the course system yet." in page
    assert "No learners are known yet" in page


@pytest.mark.usefixtures("app")
def test_a_course_that_is_gone_or_shares_nothing_is_left_alone(now: Any):
    here = make_course(now)
    db.session.commit()
    jobs.run("lti.roster", (here.id,))
    jobs.run("lti.roster", (here.id + 1000,))
    db.session.expire_all()
    assert (here.roster_at, here.roster_error) == (None, None)
