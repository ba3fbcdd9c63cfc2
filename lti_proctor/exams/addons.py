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
        Addon.ready,
        Addon.screen,
        Addon.preview,
        Addon.header,
        Addon.finish,
        Addon.xapi,
        Addon.track,
        Addon.record,
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
    notices = "notices"
    analysis = "analysis"
    camera_recording = "camera_recording"
    screen_recording = "screen_recording"


#: Each with the add-ons that together take it.
CAPTURES: dict[Capture, frozenset[Addon]] = {
    Capture.face_photo: frozenset({Addon.face}),
    Capture.document_photo: frozenset({Addon.passport}),
    Capture.notices: frozenset({Addon.track}),
    Capture.analysis: frozenset({Addon.track}),
    Capture.camera_recording: frozenset({Addon.record}),
    Capture.screen_recording: frozenset({Addon.record, Addon.screen}),
}
#: Metrics that look at the camera picture or listen to the microphone, on the learner's own computer.
SEEN = frozenset({Metric.c1, Metric.c2, Metric.c3})
HEARD = frozenset({Metric.m1, Metric.m2})


def captures(addons: frozenset[Addon], metrics: Collection[Metric] = ()) -> tuple[Capture, ...]:
    """What is taken under these add-ons and metrics, in a fixed order."""
    on = addons & BUILT
    taken = tuple(capture for capture in Capture if CAPTURES[capture] <= on)
    is_analysed = not (SEEN | HEARD).isdisjoint(metrics)
    return tuple(capture for capture in taken if capture != Capture.analysis or is_analysed)


class Device(StrEnum):
    """What an exam needs of a learner's computer."""

    camera = "camera"
    microphone = "microphone"
    screen = "screen"


def devices(addons: frozenset[Addon], metrics: Collection[Metric] = ()) -> frozenset[Device]:
    """What an exam uses in the learner's browser while it runs, also where nothing of it is kept."""
    on = addons & BUILT
    watched = frozenset(metrics) if Addon.track in on else frozenset()
    needs = {
        Device.camera: on & {Addon.preview, Addon.record} or watched & SEEN,
        Device.microphone: on & {Addon.record} or watched & HEARD,
        Device.screen: on & {Addon.screen} or watched & {Metric.s1},
    }
    return frozenset(device for device, why in needs.items() if why)
