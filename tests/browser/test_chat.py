"""The chat in real browsers: a learner in the exam window, a proctor at the page of the chat, each seeing the other."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from lti_proctor import clock
from lti_proctor.attempts import service as attempts
from lti_proctor.attempts.lifecycle import Event, Status
from lti_proctor.attempts.models import Attempt
from lti_proctor.evidence import service as evidence
from lti_proctor.exams.addons import Addon
from lti_proctor.extensions import db
from lti_proctor.journal import Actor, Role
from tests.browser.conftest import OF_LOOKS, Site, axe, demo_app, wait_for
from tests.browser.worlds import Visit, fits, sign_in, visiting
from tests.factories import STAFF, make_attempt, make_course, make_exam, make_user

#: Where pictures of the pages go, for whoever wants to look at them.
LOOK = os.environ.get("LOOK")


@dataclass(frozen=True)
class World:
    attempt: int
    learner: str
    teacher: str
    window: str
    chat: str
    exam: str


@pytest.fixture
def world(site: Site) -> Iterator[World]:
    app = demo_app(site)
    with app.app_context():
        now = clock.now()
        course = make_course(now)
        exam = make_exam(now, course, title="Algebra", addons=frozenset({Addon.chat, Addon.upload, Addon.finish}))
        attempt = make_attempt(
            now, exam=exam, user=make_user(now, name="Inés Márquez"), status=Status.started, started_at=now,
            seen_at=now, config_version=1, deadline_at=now + timedelta(minutes=30),
        )  # fmt: skip
        evidence.give_consent(attempt, locale="en", actor=Actor(Role.learner, attempt.user_id), now=now)
        teacher = make_user(now, name="Hanna Lindqvist")
        found = World(
            attempt.id, sign_in(attempt.user, course, "learner"), sign_in(teacher, course, "instructor"),
            f"/attempts/{attempt.id}", f"/exams/{exam.id}/attempts/{attempt.id}/chat", f"/exams/{exam.id}",
        )  # fmt: skip
        db.session.commit()
        yield found
    app.extensions["outside"].close()


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    with visiting(chromium, site) as found:
        yield found


def look(page: Page, name: str) -> None:
    if LOOK:
        page.screenshot(path=str(Path(LOOK) / f"{name}.png"))


def write(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_label("Your message").press("Enter")


def lines(page: Page) -> list[str]:
    return page.locator("#chat .message .said").all_inner_texts()


def test_a_learner_and_a_proctor_write_to_each_other_by_keyboard(world: World, visit: Visit):
    learner = visit(world.window, world.learner, permissions=["microphone", "camera"])
    opener = learner.get_by_role("button", name="Chat")
    expect(opener).to_be_enabled()
    opener.press("Enter")
    expect(learner.get_by_label("Your message")).to_be_focused()
    axe(learner)
    look(learner, "window-empty")
    write(learner, "Question 7 shows no picture.\tIs that <b>meant</b>?")
    expect(learner.locator("#chat [data-part=said]")).to_have_text("Your message is sent.")
    expect(learner.get_by_label("Your message")).to_have_value("")
    expect(learner.locator("#chat .message")).to_contain_text("Sent")
    learner.keyboard.press("Escape")
    expect(learner.locator("#chat")).to_be_hidden()
    expect(opener).to_be_focused()

    teacher = visit(world.exam, world.teacher)
    expect(teacher.locator("#unread")).to_contain_text("Inés Márquez (1 unread)")
    axe(teacher)
    look(teacher, "staff-attempts")
    teacher.locator("#unread a").click()
    expect(teacher.locator("#chat .message .said")).to_have_text("Question 7 shows no picture. Is that <b>meant</b>?")
    axe(teacher)
    write(teacher, "No. Please open the exam anew; nothing is lost.")
    expect(teacher.locator("#chat .message")).to_have_count(2)

    strip = learner.locator("#strips .strip")
    expect(strip).to_contain_text("A proctor has written to you: No. Please open the exam anew; nothing is lost.")
    expect(learner.locator("#n-chat")).to_have_text("1")
    axe(learner)
    look(learner, "window-strip")
    strip.get_by_role("button", name="Open the chat").press("Enter")
    expect(strip).to_have_count(0)
    expect(learner.locator("#chat .message")).to_have_count(2)
    expect(learner.locator("#chat .message.own")).to_contain_text("Read")
    expect(learner.locator("#chat .message:not(.own)")).to_contain_text("Proctor")
    expect(teacher.locator("#chat .message.own")).to_contain_text("Read")
    axe(learner, only=OF_LOOKS)
    look(learner, "window-chat")
    look(teacher, "staff-chat")


def test_what_does_not_arrive_stays_in_the_field_and_is_written_once(world: World, chromium: Browser, site: Site):
    """Its console tells of the answers that are lost here on purpose."""
    context = chromium.new_context()
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "lti-proctor", "value": world.learner, "url": site.tool}])
    learner, lost = context.new_page(), []

    def lose_the_answer(route: Route) -> None:
        if route.request.method != "POST" or len(lost) == 2:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    learner.goto(f"{site.tool}{world.window}")
    said = learner.locator("#chat [data-part=said]")
    learner.get_by_role("button", name="Chat").click()
    learner.route("**/messages", lose_the_answer)
    write(learner, "Is anybody there?")
    expect(said).to_contain_text("It is still here")
    learner.get_by_role("button", name="Send").click()
    wait_for(lambda: len(lost) == 2 or learner.wait_for_timeout(50), 10, "the second try")
    expect(said).to_contain_text("It is still here")
    learner.get_by_role("button", name="Send").click()
    expect(said).to_have_text("Your message is sent.")
    expect(learner.locator("#chat .message")).to_have_count(1)
    assert lost == [200, 200]
    learner.get_by_label("Your message").fill("Half a sent")
    learner.reload()
    learner.get_by_role("button", name="Chat").click()
    expect(learner.get_by_label("Your message")).to_have_value("Half a sent")
    context.close()


def test_a_paused_learner_reads_why_and_may_ask(world: World, visit: Visit):
    now = clock.now()
    attempt = db.session.get_one(Attempt, world.attempt)
    attempts.fire(attempt, Event.pause, actor=STAFF, now=now)
    db.session.commit()
    narrow = {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}
    learner = visit(world.window, world.learner, **narrow)
    teacher = visit(world.chat, world.teacher, **narrow)
    write(teacher, "Your camera is covered. Please clear it, then I let you go on.")
    expect(learner.locator("#chat .message .said")).to_have_text(
        "Your camera is covered. Please clear it, then I let you go on."
    )
    write(learner, "Sorry, done.")
    expect(teacher.locator("#chat .message")).to_have_count(2)
    for page, name in ((learner, "paused"), (teacher, "staff-narrow")):
        assert fits(page)
        axe(page)
        look(page, name)


def test_a_proctor_says_it_as_well(world: World, visit: Visit):
    teacher = visit(world.chat, world.teacher, permissions=["microphone", "camera"])
    teacher.get_by_text("Say it as well").click()
    teacher.get_by_label("With my camera picture").check()
    teacher.get_by_role("button", name="Record").click()
    expect(teacher.locator("#speak [data-part=time]")).to_contain_text("0:02")
    axe(teacher)
    look(teacher, "speak")
    teacher.get_by_role("button", name="Stop").click()
    expect(teacher.locator("#speak [data-part=played] video")).to_be_visible()
    teacher.get_by_role("button", name="Send").click()
    expect(teacher.locator("#chat > form [data-part=said]")).to_contain_text("Write in short what you say")
    write(teacher, "Please show your desk.")
    heard = teacher.locator("#chat .message video")
    expect(heard).to_be_visible()
    expect(teacher.get_by_role("button", name="Record")).to_be_visible()
    axe(teacher)
    learner = visit(world.window, world.learner)
    learner.get_by_role("button", name="Open the chat").click()
    film = learner.locator("#chat .message video")
    film.evaluate("film => film.play()")
    learner.wait_for_function("() => document.querySelector('#chat .message video').currentTime > 0.3")
    axe(learner, only=OF_LOOKS)
    look(learner, "heard")
