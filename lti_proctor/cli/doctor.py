"""`doctor`: is everything there that the program needs? Names what is broken and what to do."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import click
import httpx
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, select, text

from lti_proctor import storage
from lti_proctor.backends import backends
from lti_proctor.cli.app import application, now
from lti_proctor.documents import reading
from lti_proctor.extensions import current_settings, db
from lti_proctor.faces import installed
from lti_proctor.outbox import Effect, State
from lti_proctor.platforms import keys
from lti_proctor.platforms.models import Registration, ToolKey
from lti_proctor.settings import ROOT
from lti_proctor.web.measures import UNDERSCORED


@dataclass(frozen=True)
class Finding:
    """The outcome of one check; `remedy` says what to do when it is not fine."""

    is_fine: bool
    detail: str
    remedy: str = ""
    is_warning: bool = False


def add_to(cli: click.Group) -> None:
    cli.add_command(doctor)


@click.command()
def doctor() -> None:
    """Check what the program needs: settings, database, storage, queue, keys, clock, proxy, mail, fonts, providers …"""
    with application() as app:
        broken = 0
        for name, check in CHECKS.items():
            finding = _safely(check, app)
            sign = "ok  " if finding.is_fine else ("note" if finding.is_warning else "FAIL")
            click.echo(f"{sign}  {name:<11}  {finding.detail}")
            if not finding.is_fine and finding.remedy:
                click.echo(f"      {'':<11}  → {finding.remedy}")
            broken += not finding.is_fine and not finding.is_warning
    sys.exit(1 if broken else 0)


def _safely(check: Callable[[Flask], Finding], app: Flask) -> Finding:
    try:
        return check(app)
    except Exception as error:
        db.session.rollback()
        return Finding(False, f"{type(error).__name__}: {str(error).splitlines()[0][:200]}", REMEDIES.get(check, ""))


def check_settings(_app: Flask) -> Finding:
    settings = current_settings()
    host = urlsplit(settings.base_url).hostname
    if not settings.is_https and host not in {"localhost", "127.0.0.1"}:
        return Finding(
            False,
            f"base_url is {settings.base_url}",
            "Cameras and cookies in frames need https: put a proxy with TLS in front.",
        )
    if settings.development and settings.is_https:
        return Finding(False, "development is on", "Switch it off for a site that people use.", is_warning=True)
    return Finding(True, f"base_url {settings.base_url}, data in {settings.data_dir}")


def check_database(_app: Flask) -> Finding:
    db.session.execute(text("SELECT 1"))
    return Finding(True, db.engine.dialect.name)


def check_migrations(_app: Flask) -> Finding:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != newest:
        return Finding(False, f"database at {present or 'nothing'}, newest is {newest}", "Run `lti-proctor migrate`.")
    return Finding(True, f"at {newest}")


def check_storage(_app: Flask) -> Finding:
    key = "doctor/probe.txt"
    storage.store().put(key, b"probe")
    found = storage.store().get(key)
    storage.store().delete(key)
    return Finding(found == b"probe", current_settings().storage)


def check_space(_app: Flask) -> Finding:
    free = shutil.disk_usage(current_settings().data_dir).free // 2**20
    remedy = "Make room: below 1 GB photos will soon be refused."
    return Finding(free > 1024, f"{free} MB free in {current_settings().data_dir}", remedy, is_warning=True)


def check_queue(app: Flask) -> Finding:
    return Finding(True, f"{app.extensions['jobs'].huey.pending_count()} jobs wait")


def check_outbox(_app: Flask) -> Finding:
    aside = db.session.scalar(select(func.count()).where(Effect.state == State.aside)) or 0
    waiting = db.session.scalar(select(func.count()).where(Effect.state == State.waiting)) or 0
    remedy = "Look at the gradebook queue of the exams: something was refused for good."
    return Finding(not aside, f"{waiting} on their way, {aside} put aside", remedy, is_warning=True)


def check_keys(_app: Flask) -> Finding:
    alive = db.session.scalar(select(func.count()).where(ToolKey.retired_at.is_(None))) or 0
    if alive:
        keys.sign({"probe": True}, now=now())  # fails when the secret key is not the one that encrypted it
    return Finding(alive > 0, f"{alive} live signing key(s)", "Run `lti-proctor key rotate` to make one.")


def check_platforms(_app: Flask) -> Finding:
    n = db.session.scalar(select(func.count()).select_from(Registration).where(Registration.launches)) or 0
    return Finding(n > 0, f"{n} registered", "Register an LMS: `lti-proctor platform add --help`.", is_warning=True)


def check_clock(_app: Flask) -> Finding:
    if db.engine.dialect.name != "postgresql":
        return Finding(True, f"{now():%Y-%m-%d %H:%M:%S} UTC")
    there = db.session.scalar(text("SELECT clock_timestamp()"))
    apart = abs((now() - there).total_seconds()) if there else 0.0
    return Finding(apart < 2, f"{apart:.1f} s from the database's", "Let NTP set the clocks of both machines.")


def check_proxy(_app: Flask) -> Finding:
    """A header `X_Forwarded_For` must not reach the tool: servers take it for the proxy's own `X-Forwarded-For`."""
    settings = current_settings()
    if not settings.trusted_proxies:
        return Finding(True, "none in front")
    probe = UNDERSCORED.replace("-", "_")
    try:
        answer = httpx.get(f"{settings.base_url}/healthz", headers={probe: "1"}, timeout=5)
    except httpx.HTTPError as error:
        remedy = "Is base_url reachable from here? Headers with underscores could not be tried."
        return Finding(False, f"{settings.base_url} does not answer: {type(error).__name__}", remedy, is_warning=True)
    remedy = (
        "Let the proxy drop headers with underscores in their names, or set web_server to gunicorn: anybody could "
        "claim another network address."
    )
    return Finding(
        UNDERSCORED not in answer.headers, f"{settings.trusted_proxies} in front, {settings.base_url}", remedy
    )


def check_mail(_app: Flask) -> Finding:
    settings = current_settings()
    if not settings.mail_url:
        return Finding(
            False, "no mail is sent", "Set mail_url and mail_from if learners should get mails.", is_warning=True
        )
    if not settings.mail_from:
        return Finding(False, "mail_from is empty", "Set mail_from to an address of yours.")
    return Finding(True, urlsplit(settings.mail_url).scheme)


def check_assets(_app: Flask) -> Finding:
    missing = [
        p for p in ("css/tokens.css", "css/components.css", "img/icons.svg") if not (ROOT / "static" / p).exists()
    ]
    compiled = list((ROOT / "translations").glob("*/LC_MESSAGES/messages.mo"))
    if missing or not compiled:
        return Finding(False, f"missing: {', '.join(missing) or 'compiled translations'}", "Run `make setup`.")
    return Finding(True, f"{len(compiled)} languages beside English")


def check_fonts(_app: Flask) -> Finding:
    found = shutil.which("fc-list")
    remedy = "Install fontconfig and a font with many scripts (Debian: fonts-noto-core)."
    return Finding(found is not None, "fontconfig" if found else "no fontconfig", remedy, is_warning=True)


def check_faces(_app: Flask) -> Finding:
    absent = installed.missing()
    if not current_settings().faces:
        return Finding(True, "switched off")
    remedy = "Install the extra with `pip install lti-proctor[faces]`, or set faces = false."
    if absent:
        return Finding(False, f"not compared, missing: {', '.join(absent)}", remedy, is_warning=True)
    return Finding(True, "compared and searched" if current_settings().faces_search else "compared")


def check_documents(_app: Flask) -> Finding:
    absent = reading.missing()
    remedy = "Install the extra with `pip install lti-proctor[documents]`; until then people look at documents."
    if absent:
        return Finding(False, f"not read, missing: {', '.join(absent)}", remedy, is_warning=True)
    return Finding(True, "read")


def check_providers(_app: Flask) -> Finding:
    known = backends()
    broken = [f"{one.name}: {one.problem} ({one.about})" for one in known.by_name.values() if one.problem]
    remedy = "Look at PROCTORING_BACKENDS: exams with these providers can't begin (docs/operating/providers.md)."
    names = ", ".join(known.by_name)
    return Finding(not broken, "; ".join(broken) or f"{names}; {known.default} where an exam chooses none", remedy)


CHECKS: dict[str, Callable[[Flask], Finding]] = {
    "settings": check_settings,
    "database": check_database,
    "migrations": check_migrations,
    "storage": check_storage,
    "space": check_space,
    "queue": check_queue,
    "outbox": check_outbox,
    "keys": check_keys,
    "platforms": check_platforms,
    "clock": check_clock,
    "proxy": check_proxy,
    "mail": check_mail,
    "assets": check_assets,
    "fonts": check_fonts,
    "faces": check_faces,
    "providers": check_providers,
    "documents": check_documents,
}
REMEDIES = {
    check_database: "Is the database running, and are address, name and password in database_url right?",
    check_migrations: "Run `lti-proctor migrate`.",
    check_storage: "Is the storage there, writable and not full? Look at storage_url and data_dir.",
    check_queue: "Is the queue's database running? Look at queue_url.",
    check_outbox: "Run `lti-proctor migrate`.",
    check_keys: "Is secret_key the one of before? If it is lost, run `lti-proctor key rotate`.",
    check_platforms: "Run `lti-proctor migrate`.",
}
