"""The one place that asks the time."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970, as browsers count."""
    return round(at.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    """The moment of so many milliseconds since 1970; raises `OverflowError` for one that no calendar has."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
