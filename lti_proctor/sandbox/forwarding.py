"""Pages that send the browser on with a form."""

from flask import render_template, request


def forward(address: str, fields: dict[str, str], *, title: str, says: str, method: str = "post") -> str:
    """A page that sends a form on by itself, with a button for browsers that do not."""
    return render_template(
        "sandbox/forward.html", address=address, fields=fields, title=title, says=says, method=method
    )


def repost(title: str) -> str:
    """A request from the tool's page comes without our cookie (SameSite=Lax); the same one from our page has it."""
    fields = {**request.values.to_dict(), "reposted": "1"}
    return forward(request.path, fields, title=title, says="One moment: the practice LMS looks who you are.")
