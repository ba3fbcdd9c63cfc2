"""What the player of films says. What is in braces is filled in by its script."""

from typing import Any

from flask_babel import gettext as _


def player_texts(*, is_shared: bool = False) -> dict[str, Any]:
    """`stays` stands in the frame of a film that can't be shown, `troubles` below the films; both by what is the matter:
    `broken` bytes, a film that is too `short`, one that is `gone` (or refused), a server that is `away`.
    """
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "hole": _("There is no recording of this moment."),
        "seconds": _("{seconds} s"),
        "minutes": _("{minutes} min {seconds} s"),
        "stays": {
            "broken": _("This part of the recording can’t be played."),
            "short": _("The film ends before this moment."),
            "gone": _("This film is no longer shown."),
            "away": _("This film can’t be fetched just now."),
        },
        "troubles": {
            "broken": _("{film}, {begins} to {ends}: this film can’t be played."),
            "short": _("{film}: this film ends at {begins}, before the recording did."),
            "gone": _gone(is_shared=is_shared),
            "away": _(
                "{film}, {begins} to {ends}: this film can’t be fetched just now. Check your connection, then go to "
                "this moment again."
            ),
        },
    }


def _gone(*, is_shared: bool) -> Any:
    if is_shared:
        return _(
            "{film}, {begins} to {ends}: this film is no longer shown. The link was taken back or its time is over, or "
            "the film was removed. Open the link again, or ask whoever gave it to you."
        )
    return _(
        "{film}, {begins} to {ends}: this film is no longer there, or you are signed out. Load the page again to see "
        "which."
    )
