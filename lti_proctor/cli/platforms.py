"""`platform add|list|show|remove`: registrations by hand."""

import click

from lti_proctor.cli.app import OPERATOR, application, now
from lti_proctor.extensions import db
from lti_proctor.platforms import service
from lti_proctor.platforms.models import Registration
from lti_proctor.platforms.service import PlatformDetails
from lti_proctor.settings import load


def add_to(cli: click.Group) -> None:
    cli.add_command(platform)


@click.group()
def platform() -> None:
    """LMSs that may launch this tool."""


@platform.command()
@click.option("--name", required=True)
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
@click.option("--auth-login-url", required=True)
@click.option("--auth-token-url", required=True)
@click.option("--key-set-url", required=True)
@click.option("--auth-audience", help="Audience of client assertions where it is not the token address.")
@click.option("--deployment-id", "deployment_ids", multiple=True, help="May be given several times.")
def add(deployment_ids: tuple[str, ...], **given: str | None) -> None:
    """Register a platform, or bring one up to date. It is active at once."""
    with application():
        details = PlatformDetails(deployment_ids=deployment_ids, **given)  # type: ignore[arg-type]
        registration = service.add_platform(details, actor=OPERATOR, now=now())
        db.session.commit()
        _print(registration)
        click.echo(_tool_side())


@platform.command("list")
def list_all() -> None:
    """One line for each platform."""
    with application():
        for row in service.all_platforms():
            state = "active" if row.is_active else "waits for approval"
            names = ",".join(d.deployment_id for d in row.deployments)
            click.echo(f"{row.name}\t{row.issuer}\t{row.client_id}\t{names}\t{state}")


@platform.command()
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
def show(issuer: str, client_id: str) -> None:
    """Everything about one platform, and what the LMS has to know of this tool."""
    with application():
        _print(service.get_registration(issuer, client_id))
        click.echo(_tool_side())


@platform.command()
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
def remove(issuer: str, client_id: str) -> None:
    """Take a platform away. People and attempts stay; launches from it are refused."""
    with application():
        service.remove_platform(service.get_registration(issuer, client_id), actor=OPERATOR, now=now())
        db.session.commit()
        click.echo("Removed.")


def _print(row: Registration) -> None:
    click.echo(f"name            {row.name}")
    click.echo(f"issuer          {row.issuer}")
    click.echo(f"client id       {row.client_id}")
    click.echo(f"login           {row.auth_login_url}")
    click.echo(f"token           {row.auth_token_url}")
    click.echo(f"audience        {row.auth_audience or row.auth_token_url}")
    click.echo(f"key set         {row.key_set_url}")
    click.echo(f"deployments     {', '.join(d.deployment_id for d in row.deployments) or '(none)'}")
    click.echo(f"active          {'yes' if row.is_active else 'no'}")


def _tool_side() -> str:
    base = load().base_url
    return (
        f"\nFor the LMS:\ninitiate login  {base}/lti/login\nredirect URI    {base}/lti/launch\n"
        f"target link     {base}/lti/launch\npublic keys     {base}/lti/jwks.json"
    )
