"""`platform …`: registrations by hand, invitations to register, and what roles count as."""

import click

from lti_proctor.cli.app import OPERATOR, application, now
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.lti import roles as lti_roles
from lti_proctor.platforms import invites, service
from lti_proctor.platforms.models import Registration
from lti_proctor.platforms.service import PlatformDetails
from lti_proctor.settings import load

WRONG = {
    "role_name": "“{role}” is no role: give a short name such as Mentor, or a whole URI.",
    "role_part": "“{role}” must be =learner, =assistant, =instructor or =visitor.",
    "role_many": "At most {most} roles can be set.",
}


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


@platform.command()
@click.option("--approve", is_flag=True, help="What registers by it may launch at once.")
@click.option("--hours", default=72, show_default=True, type=click.IntRange(1, 8760), help="How long it is valid.")
@click.option("--note", default="", help="For which LMS it is; what registers by it is called so.")
def invite(approve: bool, hours: int, note: str) -> None:
    """Print an address by which one LMS can register itself, once (dynamic registration)."""
    with application():
        token = invites.make_invite(hours=hours, approves=approve, note=note[:255], actor=OPERATOR, now=now())
        db.session.commit()
    then = "works at once" if approve else "waits for `platform approve`"
    click.echo(f"Give this to one LMS. It is valid for {hours} hours and one registration, which {then}.")
    click.echo(f"{load().base_url}/lti/register?invite={token}")


@platform.command()
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
def approve(issuer: str, client_id: str) -> None:
    """Let a platform launch that registered itself."""
    with application():
        service.approve_platform(service.get_registration(issuer, client_id), actor=OPERATOR, now=now())
        db.session.commit()
        click.echo("Approved.")


@platform.command()
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
def deactivate(issuer: str, client_id: str) -> None:
    """Refuse launches of a platform until it is approved again. Nothing is lost."""
    with application():
        service.deactivate_platform(service.get_registration(issuer, client_id), actor=OPERATOR, now=now())
        db.session.commit()
        click.echo("Deactivated.")


@platform.command()
@click.option("--issuer", required=True)
@click.option("--client-id", required=True)
@click.option(
    "--set", "given", multiple=True, metavar="ROLE=PART", help="PART: learner, assistant, instructor, visitor."
)
@click.option("--unset", "taken", multiple=True, metavar="ROLE", help="Back to the built-in table.")
def roles(issuer: str, client_id: str, given: tuple[str, ...], taken: tuple[str, ...]) -> None:
    """What the roles of a platform count as. A short name means a role in the course; others need the whole URI."""
    with application():
        registration = service.get_registration(issuer, client_id)
        if given or taken:
            role_map = _changed_map(registration.role_map, given, taken)
            service.change_role_map(registration, role_map, actor=OPERATOR, now=now())
            db.session.commit()
        for row in lti_roles.table_of(registration.role_map):
            note = "" if row.part == row.default else f"\t(instead of {row.default or 'nothing'})"
            click.echo(f"{row.role}\t{row.part}{note}")


def _changed_map(before: dict[str, str], given: tuple[str, ...], taken: tuple[str, ...]) -> dict[str, str]:
    pairs = [(word if "=" in word else f"{word}=").rpartition("=") for word in given]
    try:
        removed = {lti_roles.role_name(role) for role in taken}
        kept = {role: part for role, part in before.items() if role not in removed}
        return lti_roles.checked_map({**kept, **{role: part.strip() for role, _equals, part in pairs}})
    except Invalid as problem:
        raise click.ClickException(WRONG[problem.code].format(**problem.details)) from None


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
