"""What unit tests share: property tests that are the same on every run, and the people who act."""

import contextvars
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

from lti_proctor import outbox
from lti_proctor.journal import Actor, Role

# A slow machine must not make a law fail, and a failure must be the same everywhere.
settings.register_profile("here", deadline=None, derandomize=True, database=None, max_examples=80)
settings.load_profile("here")


@pytest.fixture
def staff() -> Actor:
    return Actor(Role.staff)


@pytest.fixture
def proctor() -> Actor:
    return Actor(Role.proctor)


@pytest.fixture
def reviewer() -> Actor:
    return Actor(Role.reviewer)


@pytest.fixture
def timer() -> Actor:
    return Actor(Role.timer)


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> list[outbox.Effect]:
    """Effects of the kind `test` that were delivered; nothing leaves the program."""
    seen: list[outbox.Effect] = []
    monkeypatch.setitem(outbox.HANDLERS, "test", seen.append)
    return seen


@pytest.fixture
def elsewhere() -> Callable[..., Any]:
    """Run something as another process would: with an application context and a database session of its own."""

    def run(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(function, *args, **kwargs)

    return run
