"""`demo`: the tool with the practice LMS, set up and ready to click through."""

import os
import signal
import sys
import time
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from types import FrameType
from urllib.request import urlopen

import click
from flask_migrate import upgrade

from lti_proctor import create_app
from lti_proctor.backends import backends
from lti_proctor.cli.app import OPERATOR, now
from lti_proctor.cli.demo_course import add_past
from lti_proctor.cli.serve import background
from lti_proctor.exams import service as exams
from lti_proctor.exams.addons import Kind
from lti_proctor.exams.config import ExamConfig, Preset, with_preset
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.platforms import keys, service
from lti_proctor.platforms.service import PlatformDetails
from lti_proctor.settings import ROOT, Settings, load

PASSWORD = "practice makes perfect"  # noqa: S105 - of the demo only, printed on purpose
#: Templates of the tool by name: the address of the exam (in the practice LMS), and its title there.
TEMPLATE, LMS_TEMPLATE, OUTSIDE_TEMPLATE = "demo", "demo-lms", "demo-outside"
QUIZ, ASSESSMENT = "Statistics 1: quiz", "Statistics 1: assessment in the LMS"
OUTSIDE = "Statistics 1: exam with an outside proctoring service"
RULES = (
    "You may use a calculator and blank paper.\n"
    "Please work alone, and keep other pages and your phone closed.\n"
    "This is a demonstration: take your time and look around."
)


def add_to(cli: click.Group) -> None:
    cli.add_command(demo)


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the tool, on localhost.")
@click.option("--sandbox-port", default=8100, show_default=True, help="Port of the practice LMS, on 127.0.0.1.")
@click.option("--past/--no-past", default=True, show_default=True, help="A past exam with attempts and a recording.")
def demo(port: int, sandbox_port: int, past: bool) -> None:
    """Serve the tool and the practice LMS together. What was done in an earlier run is kept."""
    lms = f"http://127.0.0.1:{sandbox_port}"
    os.environ.setdefault("LTI_PROCTOR_CONFIG", str(ROOT / "config" / "development.toml"))
    os.environ.setdefault("LTI_PROCTOR_BASE_URL", f"http://localhost:{port}")
    settings = load()
    has_outside = prepare(settings, lms, past=past)
    signal.signal(signal.SIGTERM, _stop)
    with ExitStack() as stack:
        command = [sys.executable, "-m", "lti_proctor", "serve", "--host", "127.0.0.1", "--port", str(port)]
        stack.enter_context(background(command))
        server = stack.enter_context(_sandbox(settings, lms, sandbox_port, has_outside=has_outside))
        _wait(f"{settings.base_url}/readyz")
        click.echo(WELCOME.format(tool=settings.base_url, lms=lms, password=PASSWORD, data=settings.data_dir))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("\nStopping. What you did is kept for the next start.")


WELCOME = """
LTI Proctor is ready.

  Practice LMS   {lms}
                 begin here: choose to be the instructor, a learner, or somebody else
  The tool       {tool}
                 for proctors and administrators: proctor or admin, password “{password}”
                 all components in all states: {tool}/styleguide
  Data           {data}

Stop with Ctrl-C.
"""


def prepare(settings: Settings, lms: str, *, past: bool) -> bool:
    """Database, keys, the practice LMS as a platform, templates, two accounts and a past; only what is missing.

    Whether there is an exam that an outside provider watches.
    """
    app = create_app(settings)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        if not keys.key_set(now=now())["keys"]:
            keys.make_key(now=now())
        service.add_platform(
            PlatformDetails(
                name="Northfield Practice LMS",
                issuer=lms,
                client_id="sandbox-client",
                auth_login_url=f"{lms}/oidc/auth",
                auth_token_url=f"{lms}/oauth/token",
                key_set_url=f"{lms}/.well-known/jwks.json",
                deployment_ids=("1",),
            ),
            actor=OPERATOR,
            now=now(),
        )
        _template(TEMPLATE, QUIZ, url=f"{lms}/quiz/")
        # The LMS asks the questions of this one: the tool only watches, so it has no address of its own.
        _template(LMS_TEMPLATE, ASSESSMENT, url="")
        outside = _outside_provider()
        if outside:
            # What the service takes is its own affair: nothing is recorded here.
            _template(OUTSIDE_TEMPLATE, OUTSIDE, url=f"{lms}/quiz/", provider=outside, preset=Preset.honour)
        for name, role in (("proctor", SiteRole.proctor), ("admin", SiteRole.administrator)):
            if people.find_user(name) is None:
                people.add_user(
                    name, role=role, nickname="", password=PASSWORD, policy="asvs", actor=OPERATOR, now=now()
                )
        db.session.commit()
        platform = service.get_registration(lms, "sandbox-client")
        if past:
            add_past(platform.deployments[0], now=now())
        db.session.commit()
        return bool(outside)


def _outside_provider() -> str:
    """The first provider of the settings that is not this tool itself; empty: there is none that works."""
    usable = (one.name for one in backends().by_name.values() if not one.watches_here and not one.problem)
    return next(usable, "")


def _template(
    name: str, title: str, *, url: str, provider: str = "", preset: Preset = Preset.supervised
) -> None:  # fmt: skip
    if exams.find_template(name) is not None:
        return
    config = ExamConfig(
        url=url, lifetime=30, attempt=2, rules=RULES, grade_maximum=Decimal(20), provider=provider
    )  # fmt: skip
    exams.save_template(
        name,
        title=title,
        kind=Kind.proctored,
        config=with_preset(config, preset),
        actor=OPERATOR,
        now=now(),
    )


def _sandbox(settings: Settings, lms: str, port: int, *, has_outside: bool) -> "_Server":
    from werkzeug.serving import make_server

    from lti_proctor.sandbox import FirstLink, SandboxConfig, create_sandbox

    quiz = FirstLink(title=QUIZ, custom={"template": TEMPLATE}, score_maximum=20)
    assessment = FirstLink(title=ASSESSMENT, custom={"template": LMS_TEMPLATE}, proctoring=True, minutes=30)
    outside = FirstLink(title=OUTSIDE, custom={"template": OUTSIDE_TEMPLATE}, score_maximum=20)
    links = (quiz, assessment, outside) if has_outside else (quiz, assessment)
    folder = Path(settings.data_dir) / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    config = SandboxConfig(base_url=lms, tool_url=settings.base_url, data_dir=folder, first_links=links)
    return _Server(make_server("127.0.0.1", port, create_sandbox(config), threaded=True))


class _Server:
    """A werkzeug server that is closed at the end."""

    def __init__(self, server: object) -> None:
        self.server = server

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.server.server_close()  # type: ignore[attr-defined]

    def serve_forever(self) -> None:
        self.server.serve_forever()  # type: ignore[attr-defined]


def _wait(address: str) -> None:
    for _ in range(120):
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.25)
    raise click.ClickException("The tool did not start. Run `lti-proctor doctor` to see why.")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
