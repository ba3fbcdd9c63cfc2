"""The providers of `PROCTORING_BACKENDS`: found by entry point, made with their options, or told why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import structlog
from flask import current_app
from pydantic import ValidationError

from lti_proctor.backends import Backend, Backends, backends
from lti_proctor.providers.base import Options, Provider
from lti_proctor.settings import Settings

GROUP = "lti_proctor.providers"
#: The key of `PROCTORING_BACKENDS` that names the provider of exams without a choice.
DEFAULT = "DEFAULT"
log = structlog.get_logger()


@dataclass(frozen=True)
class Broken:
    """Why a provider can't be used: `problem` is a code, `about` what it concerns (an option, a package)."""

    problem: str
    about: str = ""


def init(extensions: dict[str, Any], settings: Settings) -> None:
    """Load every configured provider. One that is broken stops only its own exams."""
    named = {key: value for key, value in settings.proctoring_backends.items() if key != DEFAULT}
    loaded = {name: load(name, options) for name, options in named.items()}
    for name, found in loaded.items():
        if isinstance(found, Broken):
            log.error("provider.broken", provider=name, problem=found.problem, about=found.about)
    set_up(extensions, str(settings.proctoring_backends[DEFAULT]), loaded)


def set_up(extensions: dict[str, Any], default: str, loaded: Mapping[str, Provider | Broken]) -> None:
    """Let everything below know which providers there are."""
    extensions["providers"] = {name: found for name, found in loaded.items() if isinstance(found, Provider)}
    extensions["backends"] = Backends(default, {name: _facts(name, found) for name, found in loaded.items()})


def _facts(name: str, found: Provider | Broken) -> Backend:
    if isinstance(found, Broken):
        return Backend(name, name, problem=found.problem, about=found.about)
    options: Options = found.options
    return Backend(
        name,
        found.shown_name,
        watches_here=found.watches_here,
        supports_onboarding=found.is_onboarding_supported,
        show_review_rules=options.show_review_rules,
        requires_escalation_email=options.requires_escalation_email,
        contact=(options.LINK_URLS or {}).get("contact", ""),
    )


def load(name: str, options: Mapping[str, Any]) -> Provider | Broken:
    """One provider with its options."""
    entry = _entry_point(str(options.get("plugin") or name))
    if entry is None:
        return Broken("provider_not_installed", str(options.get("plugin") or name))
    try:
        kind = entry.load()
    except Exception as error:  # a plugin may break in any way while it is imported
        return Broken("provider_import", type(error).__name__)
    if not (isinstance(kind, type) and issubclass(kind, Provider)):
        return Broken("provider_class", entry.value)
    try:
        return kind(name, kind.Options(**options))
    except ValidationError as error:
        return Broken("provider_option", ", ".join(sorted(str(e["loc"][0]) for e in error.errors() if e["loc"])))
    except Exception as error:
        return Broken("provider_import", type(error).__name__)


def _entry_point(name: str) -> EntryPoint | None:
    return next(iter(entry_points(group=GROUP, name=name)), None)


def providers() -> Mapping[str, Provider]:
    """Those that can be used, by name."""
    found: Mapping[str, Provider] = current_app.extensions["providers"]
    return found


def provider_of(name: str) -> Provider:
    """The provider of an exam or attempt. Raises `Refused`: `provider_missing`, `provider_broken`."""
    return providers()[backends().get(name).name]
