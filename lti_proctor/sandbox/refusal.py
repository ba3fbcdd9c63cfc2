"""What is wrong with a request, in a code for machines and a sentence for people."""

from collections.abc import Mapping


class Refusal(Exception):
    """Ends the request; the error handler of the application answers it as JSON or as a page."""

    def __init__(
        self,
        reason: str,
        *,
        status: int = 400,
        error: str = "invalid_request",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.error = error
        self.headers = dict(headers or {})
