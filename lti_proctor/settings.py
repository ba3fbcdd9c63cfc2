"""The settings: typed, frozen, read once at start from TOML, then the environment, then files that hold secrets.

Every key stands in `config/defaults.toml` with a comment. All problems are told at once.
"""

import json
import os
import re
import secrets
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import fsspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "LTI_PROCTOR_"


class SettingsProblem(Exception):
    """Raised by `load()` with one line for each problem."""


class ProctoringSettings(BaseModel):
    """`PROCTORING_SETTINGS`, under the names that the references use; `config/defaults.toml` explains each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ALLOW_REVIEW_UPDATES: bool = True
    DEFAULT_REVIEW_POLICY: str = ""
    REQUIRE_FAILURE_SECOND_REVIEWS: bool = True
    ALLOW_CALLBACK_SIMULATION: bool = False
    VERIFICATION_DAYS_VALID: int = Field(365, ge=1)
    LINK_URLS: dict[str, str] = Field(default_factory=dict)


class Settings(BaseModel):
    """What `config/defaults.toml` explains, key by key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    data_dir: Path
    database_url: str
    queue_url: str
    storage_url: str
    secret_key: str = Field(repr=False)
    development: bool
    web_server: Literal["gunicorn", "granian"]
    trusted_proxies: int = Field(ge=0, le=5)
    templates_dir: str
    log_level: Literal["debug", "info", "warning", "error"]

    site_name: str = Field(min_length=1)
    organisation: str
    contact_email: str
    link_contact_us: str
    link_faq: str
    link_online_proctoring_rules: str
    link_tech_requirements: str
    link_privacy: str
    default_locale: str
    default_timezone: str

    outside_allow: tuple[str, ...]
    outside_timeout_seconds: float = Field(gt=0, le=120)
    outside_max_bytes: int = Field(gt=0)

    lti_state_minutes: int = Field(ge=1, le=60)
    lti_leeway_seconds: int = Field(ge=0, le=300)
    key_set_minutes: int = Field(ge=1)
    key_set_timeout_seconds: float = Field(gt=0, le=30)
    roster_hours: int = Field(ge=1)

    pulse_seconds: int = Field(ge=1, le=60)
    disconnect_seconds: int = Field(ge=10)
    ticket_seconds: int = Field(ge=10, le=3600)
    seb_minutes: int = Field(ge=1, le=720)
    session_hours: int = Field(ge=1)
    staff_session_hours: int = Field(ge=1)
    check_hours: int = Field(ge=1)
    slot_early_minutes: int = Field(ge=1, le=240)
    slot_late_minutes: int = Field(ge=1, le=240)
    assessment_hours: int = Field(ge=1, le=240)
    assessment_wait_minutes: int = Field(ge=5)
    picture_hours: int = Field(ge=1)

    outbox_first_retry_seconds: float = Field(gt=0)
    outbox_max_retry_seconds: float = Field(gt=0)
    outbox_days: int = Field(ge=1)

    upload_max_bytes: int = Field(ge=100_000)
    photo_max_pixels: int = Field(ge=1_000_000)
    photo_side: int = Field(ge=480)
    chunk_max_bytes: int = Field(ge=10_000)
    recording_max_bytes: int = Field(ge=1_000_000)
    recording_late_hours: int = Field(ge=0, le=240)
    pdf_max_pages: int = Field(ge=1)
    pdf_seconds: float = Field(gt=0, le=60)
    document_seconds: float = Field(gt=0, le=120)
    document_wait_seconds: int = Field(ge=5)
    name_same: float = Field(gt=0, le=1)
    name_differs: float = Field(ge=0, le=1)
    content_base_url: str
    package_max_bytes: int = Field(ge=1_000_000)
    package_max_files: int = Field(ge=10, le=20_000)
    package_max_unpacked_bytes: int = Field(ge=1_000_000)
    attachments_max: int = Field(ge=1, le=100)
    attachment_max_bytes: int = Field(ge=10_000)
    attachment_side: int = Field(ge=200, le=10_000)
    spoken_seconds: int = Field(ge=5, le=600)
    spoken_max_bytes: int = Field(ge=100_000)
    keep_days: int = Field(ge=1)
    review_days: int = Field(ge=1)
    auto_wait_minutes: int = Field(ge=1, le=10_000)
    auto_reject: bool
    control_sample_percent: float = Field(ge=0, le=100)
    publish_false_alarms: bool
    user_rating: bool
    report_link_days: int = Field(ge=1, le=3650)

    faces: bool
    faces_search: bool
    faces_same: float = Field(gt=0, lt=2)
    faces_doubtful: float = Field(gt=0, lt=2)
    faces_similar: float = Field(gt=0, lt=2)
    faces_timeout_seconds: float = Field(gt=0, le=60)
    snapshot_seconds: int = Field(ge=5, le=120)

    phone_link_minutes: int = Field(ge=1, le=60)
    phone_seconds: int = Field(ge=1, le=60)
    phone_picture_seconds: int = Field(ge=2, le=120)
    phone_keep_seconds: int = Field(ge=5, le=600)

    password_policy: Literal["asvs", "guide"]
    login_tries: int = Field(ge=1)
    login_pause_seconds: int = Field(ge=1)
    limit_failures: str
    limit_storage: str
    api_per_minute: int = Field(ge=1)

    mail_url: str
    mail_from: str

    proctoring_backends: dict[str, Any]
    proctoring_settings: ProctoringSettings
    proctoring_user_obfuscation_key: str = Field(repr=False)

    @field_validator("proctoring_backends", "proctoring_settings", mode="before")
    @classmethod
    def _from_json(cls, value: object) -> object:
        """From the environment they come as JSON."""
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("proctoring_backends")
    @classmethod
    def _providers(cls, value: dict[str, Any]) -> dict[str, Any]:
        names = [name for name in value if name != "DEFAULT"]
        wrong = [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_-]{0,49}", name)]
        if wrong:
            raise ValueError(f"names have small letters, digits, - and _: {', '.join(wrong)}")
        if value.get("DEFAULT") not in names:
            raise ValueError("DEFAULT must name one of the providers that stand beside it")
        if loose := [name for name in names if not isinstance(value[name], dict)]:
            raise ValueError(f"needs a table of options, which may be empty: {', '.join(loose)}")
        return value

    @field_validator("outside_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").lower().split()) if isinstance(value, str) else value

    @field_validator("base_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an absolute http(s) address without query")
        if parts.path.strip("/"):
            raise ValueError("must have no path: give the tool a host name or port of its own")
        return value.rstrip("/")

    @field_validator("content_base_url")
    @classmethod
    def _own_origin(cls, value: str) -> str:
        return cls._absolute(value) if value else ""

    @field_validator(
        "link_contact_us", "link_faq", "link_online_proctoring_rules", "link_tech_requirements", "link_privacy"
    )
    @classmethod
    def _link(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"http", "https", "mailto"}:
            raise ValueError("must be an http(s) or mailto address")
        return value

    @field_validator("default_timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not the name of a time zone, such as Europe/Madrid")
        return value

    @field_validator("storage_url")
    @classmethod
    def _storage(cls, value: str) -> str:
        if value:
            try:
                fsspec.get_filesystem_class(fsspec.utils.get_protocol(value))
            except ImportError as error:
                raise ValueError(f"needs a package that is not installed ({error})") from None
            except ValueError:
                raise ValueError("must begin with the name of a storage, such as file:// or s3://") from None
        return value

    @field_validator("queue_url", "limit_storage")
    @classmethod
    def _redis(cls, value: str) -> str:
        if value.startswith(("redis:", "rediss:", "unix:", "redis+")) and find_spec("redis") is None:
            raise ValueError("needs a package that is not installed (pip install redis)")
        return value

    @field_validator("database_url")
    @classmethod
    def _driver(cls, value: str) -> str:
        for short in ("postgres://", "postgresql://"):
            if value.startswith(short):
                return "postgresql+psycopg://" + value.removeprefix(short)
        if value and not value.startswith(("sqlite:", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite: or postgresql:")
        return value

    @model_validator(mode="after")
    def _long_secret(self) -> Self:
        if self.secret_key and len(self.secret_key) < 32:
            raise ValueError("secret_key must have at least 32 characters")
        return self

    @model_validator(mode="after")
    def _room_between(self) -> Self:
        if self.name_differs > self.name_same:
            raise ValueError("name_differs must not be above name_same")
        return self

    @model_validator(mode="after")
    def _other_host_for_content(self) -> Self:
        # Cookies know no ports: another port of the same host would share them.
        if self.content_base_url and urlsplit(self.content_base_url).hostname == urlsplit(self.base_url).hostname:
            raise ValueError("content_base_url must have another host name than base_url")
        return self

    @model_validator(mode="after")
    def _same_before_doubtful(self) -> Self:
        if not self.faces_same <= self.faces_doubtful:
            raise ValueError("faces_same must not be above faces_doubtful")
        return self

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'lti-proctor.db'}"

    @property
    def storage(self) -> str:
        return self.storage_url or f"file://{self.data_dir / 'files'}"


def load(environ: dict[str, str] | None = None, **overrides: Any) -> Settings:
    """Read all sources; raises `SettingsProblem` that lists every problem. `overrides` come last, for tests."""
    environ = dict(os.environ) if environ is None else environ
    values = _toml(ROOT / "config" / "defaults.toml")
    problems: list[str] = []
    known = set(values)
    if path := environ.get(PREFIX + "CONFIG"):
        values.update(_toml(_config_path(path)))
    values.update(_from_environment(environ, known, problems))
    values.update(overrides)
    values.update(_links(values["proctoring_settings"]))
    values["data_dir"] = _absolute_path(values["data_dir"])
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise SettingsProblem("\n".join(problems)) from None
    if problems:
        raise SettingsProblem("\n".join(problems))
    return (
        settings if settings.secret_key else settings.model_copy(update={"secret_key": _kept_secret(settings.data_dir)})
    )


def _links(given: object) -> dict[str, str]:
    """`LINK_URLS` of the proctoring settings takes the place of the settings `link_…`."""
    try:
        given = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return {}  # told by the check of the setting itself
    links = given.get("LINK_URLS") if isinstance(given, dict) else None
    known = ("contact_us", "faq", "online_proctoring_rules", "tech_requirements")
    return {f"link_{name}": links[name] for name in known if name in links} if isinstance(links, dict) else {}


def _config_path(path: str) -> Path:
    given = Path(path)
    return given if given.is_absolute() or given.exists() else ROOT / given


def _absolute_path(path: str | Path) -> Path:
    given = Path(path).expanduser()
    return given if given.is_absolute() else ROOT / given


def _toml(path: Path) -> dict[str, Any]:
    try:
        return {key.lower(): value for key, value in tomllib.loads(path.read_text("utf-8")).items()}
    except OSError as error:
        raise SettingsProblem(f"{path}: can't be read ({error.strerror})") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsProblem(f"{path}: {error}") from None


def _from_environment(environ: dict[str, str], known: set[str], problems: list[str]) -> dict[str, str]:
    """Values of LTI_PROCTOR_<KEY> and of the files named by LTI_PROCTOR_<KEY>_FILE; the file wins."""
    values: dict[str, str] = {}
    for name in sorted(n for n in environ if n.startswith(PREFIX) and n != PREFIX + "CONFIG"):
        key = name.removeprefix(PREFIX).lower()
        if key in known:
            values.setdefault(key, environ[name])
        elif key.endswith("_file") and key.removesuffix("_file") in known:
            try:
                values[key.removesuffix("_file")] = Path(environ[name]).read_text("utf-8").strip()
            except OSError as error:
                problems.append(f"{name}: the file can't be read ({error.strerror})")
        else:
            problems.append(f"{name}: there is no such setting")
    return values


def _kept_secret(data_dir: Path) -> str:
    """The secret of this installation, made at the first start and readable by its owner only."""
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    except OSError as error:
        raise SettingsProblem(f"data_dir: {data_dir} can't be written ({error.strerror})") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
