"""Rosters as time passes: trying again after trouble, keeping up to date, asking not too often."""

from typing import Any

import pytest

from lti_proctor import clock, jobs, outside
from tests.conftest import Time
from tests.flows.conftest import INES, TEACHER, World
from tests.flows.test_roster import REAL_NOW, arrive_as_staff, course, members, read_anew, tell, work_off


def planned(world: World) -> list[tuple[Any, Any]]:
    """Readings that are queued: which try, and how many seconds from now."""
    tasks = [task for task in world.app.extensions["jobs"].huey.pending() if task.args[0] == "lti.roster"]
    now = clock.now().replace(tzinfo=None)
    return [(task.args[1][1:], task.eta and round((task.eta - now).total_seconds())) for task in tasks]


def test_a_reading_that_failed_is_tried_twice_more_each_time_later(world: World, time: Time):
    time.now = REAL_NOW()
    world.launch(TEACHER)
    world.app.extensions["jobs"].huey.flush()
    world.fault("nrps", "500")
    here = course().id
    for tries, expected in ((1, [((2,), 60)]), (2, [((3,), 300)]), (3, [])):
        jobs.run("lti.roster", (here, tries))
        assert planned(world) == expected
        world.app.extensions["jobs"].huey.flush()


def test_the_lms_may_ask_for_a_longer_wait(world: World, time: Time):
    time.now = REAL_NOW()
    world.launch(TEACHER)
    world.app.extensions["jobs"].huey.flush()
    world.fault("nrps", "429", seconds=120)
    read_anew(world)
    ((tries, seconds),) = planned(world)
    assert (tries, 115 <= seconds <= 120) == ((2,), True)


def test_a_reading_that_was_refused_for_good_is_not_tried_again(world: World):
    world.launch(TEACHER)
    world.app.extensions["jobs"].huey.flush()
    world.fault("nrps", "403")
    read_anew(world)
    assert planned(world) == []


def test_the_button_asks_once_in_a_minute(world: World, time: Time):
    time.now = REAL_NOW().replace(second=0)
    path = arrive_as_staff(world)
    for _ in range(3):
        world.press(TEACHER, path)
    assert work_off(world) == 1
    time.passes(seconds=61)
    world.press(TEACHER, path)
    assert work_off(world) == 1


def test_a_course_in_use_is_read_again_when_its_roster_is_old(world: World, time: Time):
    time.now = REAL_NOW()
    arrive_as_staff(world)
    jobs.run("lti.refresh_rosters", ())
    assert work_off(world) == 0
    time.passes(hours=7)
    for _ in range(2):
        jobs.run("lti.refresh_rosters", ())
    assert work_off(world) == 1


def test_a_course_that_nobody_came_in_from_for_a_day_is_left_alone(world: World, time: Time):
    time.now = REAL_NOW()
    arrive_as_staff(world)
    time.passes(hours=25)
    jobs.run("lti.refresh_rosters", ())
    assert work_off(world) == 0


@pytest.mark.parametrize("refusal", [403, 404])
def test_where_only_links_are_told_the_links_are_asked(world: World, monkeypatch: pytest.MonkeyPatch, refusal: int):
    path = arrive_as_staff(world)
    tell(world, inactive=[INES])
    ask, asked = outside.request, []

    def tells_of_links_only(method: str, url: str, **options: Any) -> outside.Answer:
        asked.append(url)
        is_plain = "memberships" in url and "rlid=" not in url
        return outside.Answer(refusal, {}, b"") if is_plain else ask(method, url, **options)

    monkeypatch.setattr(outside, "request", tells_of_links_only)
    read_anew(world)
    assert [url.rpartition("rlid=")[2] for url in asked if "rlid=" in url] == [world.link()]
    assert course().roster_error == "roster_of_links"
    assert not members()[INES].is_active
    assert "tells only who may open this exam" in world.tool(TEACHER).get(path).text


def test_a_link_that_is_refused_too_leaves_the_reason(world: World):
    arrive_as_staff(world)
    world.fault("nrps", "404")
    read_anew(world)
    assert course().roster_error == "roster_status_404"
