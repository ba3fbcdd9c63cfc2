"""The add-ons and metrics of an exam, as data. Pure."""

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
        Addon.profile,
        Addon.face,
        Addon.passport,
        Addon.scan,
        Addon.verify,
        Addon.extrapages,
        Addon.name_,
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
    document_photo = "document_photo"
    document_scan = "document_scan"
    document_pages = "document_pages"
    document_name = "document_name"
    notices = "notices"


CAPTURES: dict[Addon, tuple[Capture, ...]] = {
    Addon.face: (Capture.face_photo,),
    Addon.passport: (Capture.document_photo,),
    Addon.scan: (Capture.document_scan,),
    Addon.extrapages: (Capture.document_pages,),
    Addon.name_: (Capture.document_name,),
    Addon.track: (Capture.notices,),
}
#: Add-ons that are a step before the exam, in order.
SET_UP = (
    Addon.rules,
    Addon.check,
    Addon.profile,
    Addon.face,
    Addon.passport,
    Addon.scan,
    Addon.extrapages,
)
#: Documents on which a name can be read.
WITH_NAME = frozenset({Addon.passport, Addon.scan})
#: Add-ons that use a device in the learner's browser, also where nothing of it is kept.
NEEDS_CAMERA = frozenset({Addon.face, Addon.passport, Addon.preview})
NEEDS_MICROPHONE = frozenset({Addon.check})
NEEDS_SCREEN = frozenset({Addon.screen})


def captures(addons: frozenset[Addon]) -> tuple[Capture, ...]:
    """What is taken under these add-ons, in a fixed order."""
    taken = {capture for addon in addons & BUILT for capture in CAPTURES.get(addon, ())}
    if not addons & WITH_NAME:
        taken.discard(Capture.document_name)
    return tuple(capture for capture in Capture if capture in taken)
