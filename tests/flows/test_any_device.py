"""Wherever a learner comes back from, the exam is where it was."""

from tests.flows.conftest import JONAS, World


def other_device(world: World) -> None:
    """The same person in a browser that has never been here."""
    lms, _tool = world.browsers.pop(JONAS)
    lms.close()


def test_another_device_finds_the_exam_running(world: World):
    path = world.open_attempt(JONAS)
    world.press(JONAS, f"{path}/start")
    other_device(world)
    assert world.open_attempt(JONAS) == path
    assert 'role="timer"' in world.tool(JONAS).get(path).text


def test_a_reload_shows_the_same_page(world: World):
    path = world.open_attempt(JONAS)
    world.press(JONAS, f"{path}/start")
    first, second = (world.tool(JONAS).get(path).text for _ in range(2))
    assert 'role="timer"' in first
    assert 'role="timer"' in second


def test_a_second_tab_that_is_behind_lands_where_the_exam_is(world: World):
    path = world.open_attempt(JONAS)
    world.press(JONAS, f"{path}/start")
    world.press(JONAS, f"{path}/finish")
    world.press(JONAS, f"{path}/submit")
    for action in ("start", "finish", "back", "submit"):
        answer = world.press(JONAS, f"{path}/{action}")
        assert answer.status_code == 303, action
    assert "Your exam is handed in" in world.tool(JONAS).get(path).text


def test_the_next_attempt_is_another_one_and_only_as_often_as_allowed(world: World):
    path = world.open_attempt(JONAS)
    for action in ("start", "finish", "submit"):
        world.press(JONAS, f"{path}/{action}")
    following = world.press(JONAS, f"{path}/again").headers["Location"]
    assert following != path
    assert world.press(JONAS, f"{path}/again").headers["Location"] == following
    assert world.open_attempt(JONAS) == following
    for action in ("start", "finish", "submit"):
        world.press(JONAS, f"{following}/{action}")
    assert world.press(JONAS, f"{following}/again").status_code == 409


def test_a_stranger_sees_nothing_of_it(world: World):
    path = world.open_attempt(JONAS)
    world.open_attempt("u-3003")
    assert world.tool("u-3003").get(path).status_code == 404
    assert world.app.test_client().get(path).status_code == 401
