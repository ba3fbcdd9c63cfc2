"""What a token of the REST interface may be allowed. Pure."""

from enum import StrEnum


class Scope(StrEnum):
    """Reading and writing are apart: a token that writes exams does not read them unless it is told to."""

    exams_read = "exams:read"
    exams_write = "exams:write"
    attempts_read = "attempts:read"
    attempts_write = "attempts:write"
    allowances_read = "allowances:read"
    allowances_write = "allowances:write"
    reviews_read = "reviews:read"
    reviews_write = "reviews:write"
    onboarding_read = "onboarding:read"
    providers_read = "providers:read"
    webhooks_read = "webhooks:read"
    webhooks_write = "webhooks:write"
