"""`user add|password|role`: local accounts of proctors and administrators."""

import sys

import click

from lti_proctor.cli.app import OPERATOR, application, now
from lti_proctor.extensions import db
from lti_proctor.people import service
from lti_proctor.people.site_roles import SiteRole
from lti_proctor.settings import load

ROLE = click.Choice([role.value for role in SiteRole])


def add_to(cli: click.Group) -> None:
    cli.add_command(user)


@click.group()
def user() -> None:
    """People who sign in with a password here."""


@user.command()
@click.argument("username")
@click.option("--role", type=ROLE, default=SiteRole.proctor.value, show_default=True)
@click.option("--name", "nickname", default="", help="The name shown to others.")
@click.option("--password", help="Better leave it out: then it is asked for, or read from standard input.")
def add(username: str, role: str, nickname: str, password: str | None) -> None:
    """Add an account."""
    with application():
        service.add_user(
            username,
            role=SiteRole(role),
            nickname=nickname,
            password=_password(password),
            policy=load().password_policy,
            actor=OPERATOR,
            now=now(),
        )
        db.session.commit()
        click.echo(f"{username} is added as {role}.")


@user.command("password")
@click.argument("username")
@click.option("--password")
def change_password(username: str, password: str | None) -> None:
    """Set a password and end the person's sessions."""
    with application():
        found = service.get_user(username)
        service.change_password(found, _password(password), policy=load().password_policy, actor=OPERATOR, now=now())
        db.session.commit()
        click.echo("The password is set.")


@user.command("role")
@click.argument("username")
@click.argument("role", type=ROLE)
def change_role(username: str, role: str) -> None:
    """Change what somebody is on this site."""
    with application():
        service.change_role(service.get_user(username), SiteRole(role), actor=OPERATOR, now=now())
        db.session.commit()
        click.echo(f"{username} is {role} now.")


def _password(given: str | None) -> str:
    if given is not None:
        return given
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")
