"""`exam-template add`: named defaults for exams."""

import re
from decimal import Decimal, InvalidOperation

import click
from pydantic import ValidationError

from lti_proctor.cli.app import OPERATOR, application, now
from lti_proctor.exams import service
from lti_proctor.exams.addons import Addon, Kind, Metric
from lti_proctor.exams.config import Delivery, ExamConfig
from lti_proctor.extensions import db

#: Files are uploaded on the page of an exam, so a template can't name any.
WAYS = (Delivery.framed.value, Delivery.window.value)
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def add_to(cli: click.Group) -> None:
    cli.add_command(exam_template)


@click.group("exam-template")
def exam_template() -> None:
    """Templates: named defaults; the one called `default` serves links that nobody configured."""


@exam_template.command()
@click.option("--identifier", required=True, help="Letters, digits, - and _.")
@click.option("--title", default="")
@click.option("--kind", type=click.Choice([k.value for k in Kind]), default=Kind.proctored.value, show_default=True)
@click.option("--addon", "addons", multiple=True, type=click.Choice([a.value for a in Addon]))
@click.option("--metric", "metrics", multiple=True, help="A metric, or metric=weight.")
@click.option("--url", default="", help="Address of the exam's content.")
@click.option("--delivery", type=click.Choice(WAYS), default="framed", show_default=True)
@click.option("--code", default="", help="Access code of the exam at that address.")
@click.option("--lifetime", type=int, default=0, help="Minutes; 0: no limit.")
@click.option("--attempt", type=int, default=0, help="Further attempts.")
@click.option("--rules", default="")
@click.option("--grade-source", default="result", show_default=True, help="result, credibility, accepted or nothing.")
@click.option("--on-reject", default="withhold", show_default=True, help="withhold or zero.")
@click.option("--may-decline", is_flag=True)
def add(
    identifier: str, title: str, kind: str, addons: tuple[str, ...], metrics: tuple[str, ...], **given: object
) -> None:
    """Make a template or change the one of that name. Without add-ons its exams have no set-up steps."""
    if not IDENTIFIER.fullmatch(identifier):
        raise click.BadParameter("use letters, digits, - and _", param_hint="--identifier")
    try:
        config = ExamConfig.model_validate({**given, "addons": addons, "metrics": dict(map(_metric, metrics))})
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise click.ClickException("\n".join(lines)) from None
    with application():
        service.save_template(identifier, title=title, kind=Kind(kind), config=config, actor=OPERATOR, now=now())
        db.session.commit()
        click.echo(f"The template {identifier} is saved.")


@exam_template.command("list")
def list_all() -> None:
    """One line for each template."""
    with application():
        for row in service.templates():
            click.echo(f"{row.identifier}\t{row.title}\t{row.kind.value}")


def _metric(text: str) -> tuple[str, Decimal]:
    name, _, weight = text.partition("=")
    try:
        return Metric(name).value, Decimal(weight or "1")
    except (ValueError, InvalidOperation):
        raise click.BadParameter(f"{text}: no such metric or weight", param_hint="--metric") from None
