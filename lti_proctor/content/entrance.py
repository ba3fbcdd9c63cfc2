"""Where an exam's files begin: what its `tincan.xml` says, or the page that is plainly the first one. Pure.

`tincan.xml` is the package format of the early xAPI tools that authoring tools still write: activities with an id and
a launch address.
"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lti_proctor.content.archive import is_safe_name
from lti_proctor.errors import Invalid

MANIFEST = "tincan.xml"
MANIFEST_MAX = 2_000_000
FIRST_PAGES = ("index.html", "index.htm")
ID_MAX = 500


@dataclass(frozen=True)
class Entrance:
    """The first page with what stands behind its path (`index.html?x=1`), and the activity that it reports about."""

    path: str
    after: str = ""
    title: str = ""
    activity: str = ""


def is_manifest(path: str) -> bool:
    return path.lower() == MANIFEST


def entrance_of(paths: frozenset[str], manifest: bytes | None) -> Entrance:
    """Raises `Invalid`: package_manifest, package_outside, package_no_start."""
    if manifest is not None:
        return _from_manifest(paths, manifest)
    for name in FIRST_PAGES:
        for path in paths:
            if path.lower() == name:
                return Entrance(path)
    pages = [path for path in paths if path.lower().endswith((".html", ".htm")) and "/" not in path]
    if len(pages) != 1:
        raise Invalid("package_no_start")
    return Entrance(pages[0])


def _from_manifest(paths: frozenset[str], manifest: bytes) -> Entrance:
    activity = _first_with_launch(_parsed(manifest))
    if activity is None:
        raise Invalid("package_manifest")
    launch, name = _text(activity, "launch"), _text(activity, "name")
    path, after = _inside(launch)
    if path not in paths:
        raise Invalid("package_outside", name=launch[:60])
    identifier = (activity.get("id") or "").strip()
    if len(identifier) > ID_MAX or not identifier.isprintable():
        raise Invalid("package_manifest")
    return Entrance(path, after, " ".join(name.split())[:200], identifier)


def _parsed(manifest: bytes) -> Element:
    try:
        if len(manifest) > MANIFEST_MAX:
            raise Invalid("package_manifest")
        root: Element = fromstring(manifest, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Invalid("package_manifest") from error
    return root


def _first_with_launch(root: Element) -> Element | None:
    activities = [found for found in root.iter() if _name(found) == "activity"]
    return next((found for found in activities if _text(found, "launch")), None)


def _text(activity: Element, name: str) -> str:
    return next(((child.text or "").strip() for child in activity if _name(child) == name), "")


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _inside(launch: str) -> tuple[str, str]:
    """Path and rest of a launch address that lies in the package; raises `Invalid("package_outside")`."""
    try:
        parts = urlsplit(launch)
    except ValueError:
        raise Invalid("package_outside", name=launch[:60]) from None
    path = unquote(parts.path).removeprefix("./")
    if parts.scheme or parts.netloc or not is_safe_name(path) or not launch.isprintable():
        raise Invalid("package_outside", name=launch[:60])
    after = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return path, after
