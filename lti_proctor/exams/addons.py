"""The add-ons and metrics of an exam, as data. Pure."""

from collections.abc import Collection
from enum import StrEnum


class Kind(StrEnum):
    """What sort of exam it is; each has its own interstitials."""

    proctored = "proctored"
    practice = "practice"
    onboarding = "onboarding"
    timed = "timed"


class Addon(StrEnum):
    """Everything an exam can switch on, under the names of the administrator's guide, section 4.4."""

    rules = "rules"
    check = "check"
    profile = "profile"
    face = "face"
    passport = "passport"
    scan = "scan"
    verify = "verify"
    extrapages = "extrapages"
    name_ = "name"
    qrcode = "qrcode"
    ready = "ready"
    proctor = "proctor"
    schedule = "schedule"
    track = "track"
    record = "record"
    mobile = "mobile"
    overview = "overview"
    screen = "screen"
    webrtc = "webrtc"
    seb = "seb"
    content = "content"
    preview = "preview"
    header = "header"
    chat = "chat"
    calculator = "calculator"
    upload = "upload"
    lock = "lock"
    shared = "shared"
    finish = "finish"
    auto = "auto"
    xapi = "xapi"


#: What this version does. Others may be stored in an exam, but nothing offers them and no page promises them.
BUILT = frozenset(
    {
        Addon.rules,
        Addon.check,
        Addon.face,
        Addon.passport,
        Addon.verify,
        Addon.ready,
        Addon.screen,
        Addon.preview,
        Addon.header,
        Addon.finish,
        Addon.xapi,
        Addon.track,
    }
)


class Metric(StrEnum):
    """The kinds of violation, administrator's guide, section 4.5."""

    b1 = "b1"
    b2 = "b2"
    b3 = "b3"
    c1 = "c1"
    c2 = "c2"
    c3 = "c3"
    c4 = "c4"
    c5 = "c5"
    c6 = "c6"
    m1 = "m1"
    m2 = "m2"
    n1 = "n1"
    n2 = "n2"
    n3 = "n3"
    s1 = "s1"
    s2 = "s2"


class Capture(StrEnum):
    """What is taken of a learner; each needs consent before."""

    face_photo = "face_photo"
    face_comparison = "face_comparison"
    document_photo = "document_photo"
    notices = "notices"
    snapshots = "snapshots"
    face_search = "face_search"


CAPTURES: dict[Addon, tuple[Capture, ...]] = {
    Addon.face: (Capture.face_photo, Capture.face_comparison),
    Addon.passport: (Capture.document_photo,),
    Addon.track: (Capture.notices,),
}
#: What a metric takes beside what its add-on does.
METRIC_CAPTURES: dict[Metric, tuple[Capture, ...]] = {
    Metric.c4: (Capture.snapshots,),
    Metric.c5: (Capture.snapshots, Capture.face_search),
    Metric.c6: (Capture.snapshots,),
}
#: Only taken where faces can be compared by computer.
BY_FACES = frozenset({Capture.face_comparison, Capture.snapshots, Capture.face_search})
#: Add-ons that use a device in the learner's browser, also where nothing of it is kept.
NEEDS_CAMERA = frozenset({Addon.face, Addon.passport, Addon.preview})
NEEDS_MICROPHONE = frozenset({Addon.check})
NEEDS_SCREEN = frozenset({Addon.screen})


def captures(addons: frozenset[Addon], metrics: Collection[Metric] = ()) -> tuple[Capture, ...]:
    """What is taken under these add-ons and metrics, in a fixed order."""
    on = addons & BUILT
    taken = {capture for addon in on for capture in CAPTURES.get(addon, ())}
    if Addon.track in on:
        taken |= {capture for metric in metrics for capture in METRIC_CAPTURES.get(metric, ())}
    return tuple(capture for capture in Capture if capture in taken)
