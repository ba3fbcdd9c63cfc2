"""`report-schema`: the JSON Schema of reports as a file of the documentation."""

import click

from lti_proctor.report.schema import schema_text
from lti_proctor.settings import ROOT

FILE = ROOT / "docs" / "report.schema.json"


def add_to(cli: click.Group) -> None:
    cli.add_command(report_schema)


@click.command("report-schema")
@click.option("--check", is_flag=True, help="Only say whether docs/report.schema.json is up to date.")
def report_schema(*, check: bool) -> None:
    """Write docs/report.schema.json from the data of a report."""
    if not check:
        FILE.write_text(schema_text(), "utf-8")
    elif FILE.read_text("utf-8") != schema_text():
        raise click.ClickException("docs/report.schema.json is not what reports are: run `lti-proctor report-schema`.")
