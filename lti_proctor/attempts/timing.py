"""How long an attempt may take and when it ends. Pure; every moment is aware, every length in seconds."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class ExtraTime:
    """What an allowance gives: whole minutes, and a factor on the limit. An attempt that resumes a broken one has what
    was left there in place of the limit (`granted_seconds`); the allowance is in it already.
    """

    minutes: int = 0
    factor: Decimal = Decimal(1)
    granted_seconds: int | None = None


NO_EXTRA = ExtraTime()


def allowed_seconds(lifetime_minutes: int, extra: ExtraTime = NO_EXTRA) -> int | None:
    """The time for the exam; None without a limit."""
    if lifetime_minutes <= 0:
        return None
    if extra.granted_seconds is not None:
        return extra.granted_seconds
    return int(lifetime_minutes * 60 * extra.factor) + extra.minutes * 60


def close_for(close_at: datetime | None, lifetime_minutes: int, extra: ExtraTime = NO_EXTRA) -> datetime | None:
    """When the exam closes for this learner: later by as much as the limit is longer."""
    if close_at is None:
        return None
    whole = replace(extra, granted_seconds=None)
    allowed, normal = allowed_seconds(lifetime_minutes, whole), allowed_seconds(lifetime_minutes)
    longer = (allowed - normal) if allowed is not None and normal is not None else extra.minutes * 60
    return close_at + timedelta(seconds=longer)


def is_open(open_at: datetime | None, closes: datetime | None, now: datetime) -> bool:
    """Whether an exam may be begun now; `closes` is the learner's own end of the window (`close_for`)."""
    return (open_at is None or now >= open_at) and (closes is None or now < closes)


def deadline(
    started_at: datetime, lifetime_minutes: int, close_at: datetime | None, extra: ExtraTime = NO_EXTRA
) -> datetime | None:
    """The end of an attempt that starts at `started_at`: the limit or the closing, whichever is first."""
    allowed = allowed_seconds(lifetime_minutes, extra)
    ends = [close_for(close_at, lifetime_minutes, extra)]
    if allowed is not None:
        ends.append(started_at + timedelta(seconds=allowed))
    known = [end for end in ends if end is not None]
    return min(known) if known else None


def seconds_left(deadline_at: datetime | None, held_seconds: int | None, now: datetime) -> int | None:
    """Whole seconds until the end, never below 0; None without a limit. A held clock shows what was left."""
    if held_seconds is not None:
        return held_seconds
    if deadline_at is None:
        return None
    return max(0, int((deadline_at - now).total_seconds()))


def is_over(deadline_at: datetime | None, held_seconds: int | None, now: datetime) -> bool:
    return held_seconds is None and deadline_at is not None and now >= deadline_at


def waited_long_enough(paused_at: datetime | None, timeout_minutes: int, now: datetime) -> bool:
    """Whether a learner who went away has been waited for as long as the exam says."""
    if paused_at is None or timeout_minutes <= 0:
        return False
    return now - paused_at >= timedelta(minutes=timeout_minutes)


def longer_deadline(
    deadline_at: datetime, started_at: datetime, lifetime_minutes: int, close_at: datetime | None, extra: ExtraTime
) -> datetime:
    """The deadline of a running attempt after an allowance: recomputed, never earlier than it was."""
    return max(deadline_at, deadline(started_at, lifetime_minutes, close_at, extra) or deadline_at)


def appeal_ends(signed_at: datetime | None, days: int) -> datetime | None:
    """Until when a learner may ask another reviewer to look at a conclusion; None where that is not possible."""
    return signed_at + timedelta(days=days) if signed_at is not None and days > 0 else None


def may_appeal(signed_at: datetime | None, days: int, now: datetime) -> bool:
    end = appeal_ends(signed_at, days)
    return end is not None and now < end
