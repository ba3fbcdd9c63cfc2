"""The `lti-proctor` command: one module for each group of subcommands."""

import sys

import click

from lti_proctor.cli import (
    accounts,
    content,
    database,
    demo,
    doctor,
    i18n,
    platforms,
    provider_clients,
    report_schema,
    serve,
    slots,
    tokens,
)
from lti_proctor.errors import DomainError
from lti_proctor.settings import SettingsProblem


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """LTI Proctor: exam proctoring that any LMS can launch over LTI 1.3."""


for module in (
    serve, database, platforms, provider_clients, accounts, slots, tokens, content, doctor, i18n, report_schema, demo
):  # fmt: skip
    module.add_to(cli)


def main() -> None:
    """Run a command; problems that a person can mend come as one line, not as a traceback."""
    try:
        cli()
    except SettingsProblem as problem:
        click.echo(f"The settings can't be used:\n{problem}", err=True)
        sys.exit(2)
    except DomainError as error:
        details = ", ".join(f"{key}={value}" for key, value in error.details.items())
        click.echo(f"Error: {error.code}{f' ({details})' if details else ''}", err=True)
        sys.exit(1)
