"""`migrate`: the database to the newest migration; `key rotate`; `lifecycle`: the generated document."""

import click
from flask_migrate import upgrade

from lti_proctor.attempts.document import lifecycle_document
from lti_proctor.cli.app import application, now
from lti_proctor.extensions import db
from lti_proctor.platforms import keys
from lti_proctor.settings import ROOT


def add_to(cli: click.Group) -> None:
    cli.add_command(migrate)
    cli.add_command(key)
    cli.add_command(lifecycle)


@click.command()
def migrate() -> None:
    """Bring the database to the newest migration; the first time also make the tool's key."""
    with application():
        upgrade(directory=str(ROOT / "migrations"))
        if not keys.key_set(now=now())["keys"]:
            keys.make_key(now=now())
            db.session.commit()
    click.echo("The database is up to date.")


@click.group()
def key() -> None:
    """The tool's own keys."""


@key.command()
def rotate() -> None:
    """Sign with a new key from now on; the old one stays published while it may still be needed."""
    with application():
        made = keys.rotate(now=now())
        db.session.commit()
        click.echo(f"The tool signs with key {made.kid} from now on.")


@click.command()
@click.option("--check", is_flag=True, help="Only say whether docs/lifecycle.md is up to date.")
def lifecycle(check: bool) -> None:
    """Write docs/lifecycle.md from the life cycle's table."""
    path = ROOT / "docs" / "lifecycle.md"
    text = lifecycle_document()
    if check:
        if not path.exists() or path.read_text("utf-8") != text:
            raise click.ClickException("docs/lifecycle.md is not what the table says: run `lti-proctor lifecycle`.")
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
