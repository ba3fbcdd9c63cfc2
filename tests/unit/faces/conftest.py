"""Sites that compare faces, with an engine that says what a test wants."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from lti_proctor.faces.engine import Faces, set_up
from tests.faces import FakeEngine


@pytest.fixture
def compares(app: Flask) -> Iterator[Callable[..., FakeEngine]]:
    """Let the site compare faces: `engine = compares(look, …, search=True)`."""
    before: Faces = app.extensions["faces"]

    def switch_on(*looks: object, search: bool = False, **options: object) -> FakeEngine:
        engine = FakeEngine(*looks, **options)  # type: ignore[arg-type]
        set_up(app, Faces(engine, is_on=True, searches=search))
        return engine

    yield switch_on
    set_up(app, before)
