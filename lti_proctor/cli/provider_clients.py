"""`provider-client …`: sites that have their own exams watched here (docs/operating/openedx.md)."""

import click

from lti_proctor.cli.app import OPERATOR, application, now
from lti_proctor.errors import Invalid
from lti_proctor.extensions import db
from lti_proctor.providers.server import calls, clients
from lti_proctor.providers.server.clients import ClientDetails, Credentials
from lti_proctor.providers.server.models import ProviderClient
from lti_proctor.settings import load

WRONG = {
    "name": "--name must be one line of up to 255 characters.",
    "site_url": "--site must be the plain address of the site, such as https://lms.example.edu.",
    "template": "--template names no exam template: make it with `exam-template add`.",
    "callback_client_id": "--callback-client-id can’t be used.",
    "callback_secret": "--callback-client-secret can’t be used.",
}


def add_to(cli: click.Group) -> None:
    cli.add_command(provider_client)


@click.group("provider-client")
def provider_client() -> None:
    """Sites that have their own exams watched here."""


@provider_client.command()
@click.option("--name", required=True)
@click.option("--site", required=True, help="The site's address, such as https://lms.example.edu.")
@click.option("--template", default="", help="The exam template of its new exams.")
@click.option("--callback-client-id", default="", help="Of the OAuth application that the site made for this tool.")
@click.option("--callback-client-secret", default="", help="The secret of the same.")
@click.option("--onboarding", is_flag=True, help="Practice exams are onboardings, which proctored exams want.")
@click.option("--review-link", is_flag=True, help="Reviews carry the address of the attempt's page here.")
def add(
    name: str, site: str, template: str, callback_client_id: str, callback_client_secret: str, onboarding: bool,
    review_link: bool,
) -> None:  # fmt: skip
    """Let a site in, and print its id and secret. The secret is shown this once."""
    details = ClientDetails(
        name=name, site_url=site, template=template, callback_client_id=callback_client_id,
        callback_secret=callback_client_secret, has_onboarding=onboarding, sends_review_link=review_link,
    )  # fmt: skip
    with application():
        client, given = _checked(details)
        db.session.commit()
        _print(client)
        _give(given)


@provider_client.command("list")
def list_all() -> None:
    """One line for each site."""
    with application():
        for client in clients.all_clients():
            state = "active" if client.is_active else "kept out"
            click.echo(f"{client.name}\t{client.site_url}\t{client.client_id}\t{state}")


@provider_client.command()
@click.option("--client-id", required=True)
def show(client_id: str) -> None:
    """Everything about one site but its secret."""
    with application():
        _print(clients.get_client(client_id))


@provider_client.command("callback")
@click.option("--client-id", required=True)
@click.option("--callback-client-id", required=True)
@click.option("--callback-client-secret", required=True)
def set_callback(client_id: str, callback_client_id: str, callback_client_secret: str) -> None:
    """Enter what the site's OAuth application for this tool has as its id and secret."""
    with application():
        client = clients.get_client(client_id)
        details = ClientDetails(
            name=client.name, site_url=client.site_url, template=client.template,
            callback_client_id=callback_client_id, callback_secret=callback_client_secret,
            has_onboarding=client.has_onboarding, sends_review_link=client.sends_review_link,
        )  # fmt: skip
        try:
            clients.change_client(client, details, actor=OPERATOR, now=now())
        except Invalid as invalid:
            raise click.ClickException(WRONG[invalid.details["field"]]) from None
        db.session.commit()
        calls.forget(client.id)
        click.echo("Changed.")


@provider_client.command("secret")
@click.option("--client-id", required=True)
def renew(client_id: str) -> None:
    """Make another secret and print it. The one before ends at once."""
    with application():
        given = clients.renew_secret(clients.get_client(client_id), actor=OPERATOR, now=now())
        db.session.commit()
        _give(given)


@provider_client.command()
@click.option("--client-id", required=True)
def remove(client_id: str) -> None:
    """Forget a site. People, exams and attempts stay; it can announce nothing and hears nothing any more."""
    with application():
        clients.remove_client(clients.get_client(client_id), actor=OPERATOR, now=now())
        db.session.commit()
        click.echo("Removed.")


def _checked(details: ClientDetails) -> tuple[ProviderClient, Credentials]:
    try:
        return clients.add_client(details, actor=OPERATOR, now=now())
    except Invalid as invalid:
        raise click.ClickException(WRONG[invalid.details["field"]]) from None


def _print(client: ProviderClient) -> None:
    click.echo(f"name            {client.name}")
    click.echo(f"site            {client.site_url}")
    click.echo(f"client id       {client.client_id}")
    click.echo(f"base address    {load().base_url}/provider")
    click.echo(f"template        {client.template or '(default)'}")
    click.echo(f"callbacks       {client.callback_client_id or '(not entered yet: learners are never told ready)'}")
    click.echo(f"onboarding      {'yes' if client.has_onboarding else 'no'}")
    click.echo(f"review link     {'yes' if client.sends_review_link else 'no'}")
    click.echo(f"active          {'yes' if client.is_active else 'no'}")


def _give(given: Credentials) -> None:
    click.echo("\nFor the settings of the site. The secret is not shown again:")
    click.echo(f"client_id       {given.client_id}")
    click.echo(f"client_secret   {given.secret}")
