"""The languages there are catalogues for, and finding one for whatever tag somebody sent."""

from flask import Flask, current_app

from lti_proctor.settings import ROOT

FOLDER = ROOT / "translations"


def init_app(app: Flask) -> None:
    found = sorted(path.name for path in FOLDER.iterdir() if (path / "LC_MESSAGES" / "messages.po").exists())
    app.extensions["locales"] = tuple(dict.fromkeys(["en", *found]))


def available() -> tuple[str, ...]:
    found: tuple[str, ...] = current_app.extensions["locales"]
    return found


def known(tag: object) -> str | None:
    """One of our catalogues for a language tag (`es-MX`, `ar_SA`, `en`), or None."""
    if not isinstance(tag, str) or not tag:
        return None
    name = tag.replace("-", "_")
    for candidate in (name, name.split("_")[0]):
        for ours in available():
            if ours.lower() == candidate.lower():
                return ours
    return None
