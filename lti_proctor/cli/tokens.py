"""`token …`: what programs hold to use the REST interface."""

import click

from lti_proctor.cli.app import OPERATOR, application, now
from lti_proctor.errors import NotFound
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.people import tokens
from lti_proctor.people.scopes import Scope
from lti_proctor.platforms.models import Course

SCOPE = click.Choice([scope.value for scope in Scope])


def add_to(cli: click.Group) -> None:
    cli.add_command(token)


@click.group()
def token() -> None:
    """Tokens of programs that use the REST interface (docs/api.md)."""


@token.command()
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", required=True, multiple=True, type=SCOPE, help="May be given several times.")
@click.option("--course", "course_id", type=int, help="The number of a course: it reaches nothing else.")
@click.option("--owner", help="The user name of the person in whose name it acts; reviews need one.")
@click.option("--days", type=click.IntRange(1, tokens.DAYS_MAX), help="How long it is valid; for good if left out.")
def create(name: str, scopes: tuple[str, ...], course_id: int | None, owner: str | None, days: int | None) -> None:
    """Make a token and print it, once, as the last line."""
    with application():
        course = db.session.get(Course, course_id) if course_id is not None else None
        if course_id is not None and course is None:
            raise NotFound("course")
        person = people.get_user(owner) if owner else None
        made, row = tokens.make_token(name, scopes, days=days, owner=person, course=course, actor=OPERATOR, now=now())
        db.session.commit()
        click.echo(f"Token {row.id} may: {' '.join(row.scopes)}. It is shown now and never again.")
        click.echo(made)


@token.command("list")
def list_all() -> None:
    """One line for each token: number, name, scopes, course, owner, last use, end."""
    with application():
        for row in tokens.tokens():
            course = f"course {row.course_id}" if row.course_id else "all courses"
            owner = row.owner.username if row.owner else "nobody"
            used = f"used {row.used_at:%Y-%m-%d}" if row.used_at else "never used"
            ends = f"until {row.expires_at:%Y-%m-%d}" if row.expires_at else "no end"
            click.echo(f"{row.id}\t{row.name}\t{' '.join(row.scopes)}\t{course}\t{owner}\t{used}\t{ends}")


@token.command()
@click.argument("token_id", type=int)
def revoke(token_id: int) -> None:
    """Stop a token at once."""
    with application():
        tokens.revoke_token(tokens.get_token(token_id), actor=OPERATOR, now=now())
        db.session.commit()
        click.echo("Revoked.")
