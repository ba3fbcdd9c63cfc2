"""`slots add|list|remove`: when proctors are there for learners who book a time."""

from datetime import UTC, datetime

import click
from sqlalchemy import select

from lti_proctor.cli.app import OPERATOR, application, now
from lti_proctor.extensions import db
from lti_proctor.people import service as people
from lti_proctor.people.models import User
from lti_proctor.schedule import service
from lti_proctor.schedule.models import Slot


class Moment(click.ParamType[datetime]):
    """2026-11-24T10:00 in UTC, or with a zone: 2026-11-24T10:00+01:00."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            at = datetime.fromisoformat(str(value))
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("write it as 2026-11-24T10:00 (UTC) or 2026-11-24T10:00+01:00", param, ctx)


def add_to(cli: click.Group) -> None:
    cli.add_command(slots)


@click.group()
def slots() -> None:
    """Slots of proctors: quarters of an hour that learners can book."""


_PROCTOR = click.option("--proctor", required=True, help="User name.")
_FROM = click.option("--from", "begins", required=True, type=Moment(), help="UTC, or with a zone.")
_TO = click.option("--to", "ends", required=True, type=Moment())


@slots.command()
@_PROCTOR
@_FROM
@_TO
def add(proctor: str, begins: datetime, ends: datetime) -> None:
    """Add slots, a day at most at once; those that are there stay."""
    with application():
        n = service.add_slots(people.get_user(proctor), begins, ends, actor=OPERATOR, now=now())
        db.session.commit()
        click.echo(f"{n} slots are added.")


@slots.command()
@_PROCTOR
@_FROM
@_TO
def remove(proctor: str, begins: datetime, ends: datetime) -> None:
    """Take slots away; nothing is taken where a learner has booked."""
    with application():
        n = service.remove_slots(people.get_user(proctor), begins, ends, actor=OPERATOR, now=now())
        db.session.commit()
        click.echo(f"{n} slots are taken away.")


@slots.command("list")
@click.option("--proctor", default="", help="Only those of this user name.")
def list_all(proctor: str) -> None:
    """One line for each stretch of time to come: proctor, from, to, learners."""
    with application():
        query = select(User).where(User.id.in_(select(Slot.proctor_id))).order_by(User.username)
        users = [people.get_user(proctor)] if proctor else list(db.session.scalars(query))
        for row in service.stretches(users, now()):
            times = (at.isoformat(timespec="minutes") for at in (row.starts_at, row.ends_at))
            click.echo("\t".join((row.proctor.username, *times, str(row.n_learners))))
