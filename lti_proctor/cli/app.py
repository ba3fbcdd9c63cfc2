"""The application for commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from lti_proctor import clock, create_app
from lti_proctor.journal import Actor, Role
from lti_proctor.settings import load

#: Who acts on the command line: somebody with access to the machine.
OPERATOR = Actor(Role.staff)


@contextmanager
def application() -> Iterator[Flask]:
    app = create_app(load())
    with app.app_context():
        yield app


now = clock.now
