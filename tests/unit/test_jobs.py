import time
from datetime import timedelta

import pytest
from huey import MemoryHuey, SqliteHuey
from sqlalchemy import func, select

from lti_proctor import jobs, once
from lti_proctor.extensions import db
from lti_proctor.jobs import JOBS, job
from lti_proctor.once import UsedToken


@pytest.fixture
def register(monkeypatch):
    """Jobs that only this test knows."""
    monkeypatch.setattr(jobs, "JOBS", dict(JOBS))
    monkeypatch.setattr(jobs, "EVERY_MINUTE", list(jobs.EVERY_MINUTE))
    return job


def written():
    return db.session.scalar(select(func.count()).select_from(UsedToken))


def test_a_job_is_one_transaction(app, register, now, elsewhere):
    @register("test.write")
    def write(value):
        once.use("job", value, expires_at=now)

    jobs.run("test.write", ("a",))
    db.session.rollback()
    assert written() == 1


def test_a_job_that_breaks_leaves_nothing_behind_and_says_so(app, register, now):
    @register("test.break")
    def break_off():
        once.use("job", "a", expires_at=now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        jobs.run("test.break", ())
    assert written() == 0


def test_a_queued_job_runs_with_its_arguments(app, register):
    seen = []
    register("test.note")(lambda *args: seen.append(args))
    jobs.put("test.note", 1, "two")
    huey = app.extensions["jobs"].huey
    huey.execute(huey.dequeue())
    assert seen == [(1, "two")]


def test_a_job_for_later_knows_its_moment(app, now):
    jobs.put("outbox.deliver", 1, at=now + timedelta(hours=1))
    (task,) = app.extensions["jobs"].huey.pending()
    assert task.eta == (now + timedelta(hours=1)).replace(tzinfo=None)


def test_two_jobs_of_one_name_are_a_mistake(register):
    register("test.same")(print)
    with pytest.raises(RuntimeError):
        register("test.same")(repr)


def test_every_job_is_named_after_its_package_and_those_of_every_minute_exist(app):
    assert [name for name in JOBS if name.count(".") != 1] == []
    assert set(jobs.EVERY_MINUTE) <= set(JOBS)
    assert len(jobs.EVERY_MINUTE) == len(set(jobs.EVERY_MINUTE))


@pytest.mark.parametrize(
    "name",
    [
        "outbox.deliver",
        "outbox.sweep",
        "once.forget",
        "people.forget_sign_ins",
        "people.forget_failures",
        "attempts.pass_time",
        "evidence.expire",
    ],
)
def test_the_jobs_that_others_rely_on_are_registered(app, name):
    assert name in JOBS


@pytest.mark.parametrize("name", sorted(set(JOBS)))
def test_the_jobs_of_every_minute_run_on_an_empty_database(app, time, name):
    if name in jobs.EVERY_MINUTE:
        jobs.run(name, ())


@pytest.mark.parametrize(("url", "kind"), [("memory:", MemoryHuey), ("", SqliteHuey)])
def test_the_settings_choose_the_queue(settings, tmp_path, url, kind):
    chosen = settings.model_copy(update={"queue_url": url, "data_dir": tmp_path / "data"})
    assert isinstance(jobs._huey(chosen), kind)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid", "America/St_Johns"])
def test_a_job_is_never_early_wherever_the_server_stands(app, now, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        at = now + timedelta(seconds=5, microseconds=999_999)
        jobs.put("test.note", 1, at=at)
        assert app.extensions["jobs"].huey.pending()[-1].eta == at.replace(tzinfo=None)
    finally:
        monkeypatch.undo()
        time.tzset()
