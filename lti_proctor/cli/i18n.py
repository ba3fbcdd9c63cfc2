"""`i18n extract|update|check|compile|coverage|add`: the catalogues of the translators."""

import re
import sys
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from lti_proctor.settings import ROOT

FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
METHODS = [
    ("lti_proctor/sandbox/**", "ignore"),
    ("lti_proctor/**.py", "python"),
    ("templates/sandbox/**", "ignore"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def add_to(cli: click.Group) -> None:
    cli.add_command(i18n)


@click.group()
def i18n() -> None:
    """Catalogues: extract, update, check, compile, coverage."""


@i18n.command()
def extract() -> None:
    """Collect every text of the program into translations/messages.pot."""
    FOLDER.mkdir(exist_ok=True)
    _write(TEMPLATE, collect())


@i18n.command()
def update() -> None:
    """Collect the texts and bring every catalogue up to date; new texts are left empty."""
    template = collect()
    _write(TEMPLATE, template)
    for path in catalogues():
        catalogue = _read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _write(path, catalogue)
        click.echo(f"{catalogue.locale}: {_coverage(catalogue)}")


@i18n.command("compile")
def compile_all() -> None:
    """Make the compiled catalogues that the program reads."""
    for path in catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, _read(path))


@i18n.command()
def check() -> None:
    """Fail when a catalogue is behind the program, has gaps, or loses a placeholder."""
    template, problems = collect(), []
    if not TEMPLATE.exists() or {_key(m) for m in _read(TEMPLATE)} != {_key(m) for m in template}:
        problems.append("translations/messages.pot is behind the program: run `make i18n`.")
    for path in catalogues():
        problems += [f"{path.parent.parent.name}: {problem}" for problem in problems_of(_read(path), template)]
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


@i18n.command()
def coverage() -> None:
    """How much of each catalogue is translated."""
    for path in catalogues():
        catalogue = _read(path)
        click.echo(f"{path.parent.parent.name}: {_coverage(catalogue)}")


@i18n.command()
@click.argument("language")
def add(language: str) -> None:
    """Begin the catalogue of a language, such as `fr` or `pt_BR`."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if path.exists():
        raise click.ClickException(f"{language} is there already.")
    template = collect()
    catalogue = Catalog(locale=language, project="LTI Proctor", fuzzy=False, charset="utf-8")
    catalogue.update(template)
    path.parent.mkdir(parents=True)
    _write(path, catalogue)


def catalogues() -> list[Path]:
    return sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))


def collect() -> Catalog:
    """All texts of the program as a template catalogue, with the comments for translators."""
    template = Catalog(
        project="LTI Proctor",
        version="",
        header_comment="# Texts of LTI Proctor.",
        msgid_bugs_address="",
        charset="utf-8",
        fuzzy=False,
    )
    options = {"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}}
    found = extract_from_dir(
        str(ROOT), METHODS, options, keywords=KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True,
        directory_filter=lambda path: Path(path).name not in {".venv", "node_modules", "tests", "data", ".git"},
    )  # fmt: skip
    for filename, line, message, comments, context in found:
        template.add(message, None, [(filename, line)], auto_comments=comments, context=context)
    return template


def problems_of(catalogue: Catalog, template: Catalog) -> list[str]:
    """What keeps a catalogue from being complete and safe."""
    have = {_key(m): m for m in catalogue if m.id}
    problems = []
    for wanted in template:
        if not wanted.id:
            continue
        found = have.get(_key(wanted))
        name = _first(wanted)[:60]
        if found is None or not _texts(found):
            problems.append(f"not translated: {name!r}")
        elif found.fuzzy:
            problems.append(f"marked fuzzy: {name!r}")
        elif not _keeps_placeholders(found):
            problems.append(f"placeholders differ: {name!r}")
    return problems


def _keeps_placeholders(message: Message) -> bool:
    """Each form uses only placeholders of the original, and one that is no plural uses all of them."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    known = {name for text in ids for name in _placeholders(text)}
    if not isinstance(message.string, tuple | list):
        return _placeholders(str(message.string)) == known
    return all(_placeholders(text) <= known and known - {"num"} <= _placeholders(text) for text in message.string)


def _placeholders(text: str) -> set[str]:
    return {a or b for a, b in PLACEHOLDER.findall(text)}


def _texts(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms)


def _first(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _key(message: Message) -> tuple[str, str | None]:
    return _first(message), message.context


def _coverage(catalogue: Catalog) -> str:
    messages = [m for m in catalogue if m.id]
    done = sum(_texts(m) and not m.fuzzy for m in messages)
    return f"{done} of {len(messages)} ({100 * done // max(len(messages), 1)} %)"


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        locale = None if path == TEMPLATE else path.parent.parent.name
        return read_po(file, locale=locale)


def _write(path: Path, catalogue: Catalog) -> None:
    """Without line numbers and dates, so that a changed file shows only changed texts."""
    out = BytesIO()
    write_po(out, catalogue, width=100, no_location=False, omit_header=False, include_lineno=False, sort_by_file=True)
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator): .*\n',
        "",
        out.getvalue().decode(),
        flags=re.M,
    )
    path.write_text(text, "utf-8")
