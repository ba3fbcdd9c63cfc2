"""The add-ons and metrics of an exam, as data. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
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
    document_scan = "document_scan"
    document_pages = "document_pages"
    document_name = "document_name"
    notices = "notices"
    analysis = "analysis"
    snapshots = "snapshots"
    face_search = "face_search"
    phone_camera = "phone_camera"
    room_overview = "room_overview"
    camera_recording = "camera_recording"
    screen_recording = "screen_recording"
    attachments = "attachments"
    messages = "messages"
    #: Nothing that is taken, but what may happen to all of it.
    shared_report = "shared_report"


#: Add-ons that are a step before the exam, in order.
SET_UP = (
    Addon.rules,
    Addon.schedule,
    Addon.check,
    Addon.profile,
    Addon.face,
    Addon.passport,
    Addon.scan,
    Addon.extrapages,
    Addon.qrcode,
    Addon.overview,
    Addon.proctor,
)
#: Documents on which a name can be read.
WITH_NAME = frozenset({Addon.passport, Addon.scan})
#: Metrics that look at the camera picture or listen to the microphone, on the learner's own computer.
SEEN = frozenset({Metric.c1, Metric.c2, Metric.c3})
HEARD = frozenset({Metric.m1, Metric.m2})
#: Metrics that the server finds in pictures.
FACES = frozenset({Metric.c4, Metric.c5, Metric.c6})
#: With each of these something is taken.
TAKING = frozenset(
    {
        Addon.face,
        Addon.passport,
        Addon.scan,
        Addon.extrapages,
        Addon.track,
        Addon.qrcode,
        Addon.overview,
        Addon.record,
        Addon.upload,
        Addon.chat,
    }
)


@dataclass(frozen=True)
class Taking:
    """When something is taken: with all of these add-ons, and one of those and of the metrics where any is named."""

    all_of: frozenset[Addon]
    any_of: frozenset[Addon] = frozenset()
    metrics: frozenset[Metric] = frozenset()

    def applies(self, on: frozenset[Addon], metrics: frozenset[Metric]) -> bool:
        return (
            self.all_of <= on
            and (not self.any_of or bool(self.any_of & on))
            and (not self.metrics or bool(self.metrics & metrics))
        )


def _with(*addons: Addon, any_of: frozenset[Addon] = frozenset(), metrics: frozenset[Metric] = frozenset()) -> Taking:
    return Taking(frozenset(addons), any_of, metrics)


CAPTURES: dict[Capture, Taking] = {
    Capture.face_photo: _with(Addon.face),
    Capture.face_comparison: _with(Addon.face),
    Capture.document_photo: _with(Addon.passport),
    Capture.document_scan: _with(Addon.scan),
    Capture.document_pages: _with(Addon.extrapages),
    Capture.document_name: _with(Addon.name_, any_of=WITH_NAME),
    Capture.notices: _with(Addon.track),
    Capture.analysis: _with(Addon.track, metrics=SEEN | HEARD),
    Capture.snapshots: _with(Addon.track, metrics=FACES),
    Capture.face_search: _with(Addon.track, metrics=frozenset({Metric.c5})),
    Capture.phone_camera: _with(Addon.qrcode),
    Capture.room_overview: _with(Addon.overview),
    Capture.camera_recording: _with(Addon.record),
    Capture.screen_recording: _with(Addon.record, Addon.screen),
    Capture.attachments: _with(Addon.upload),
    Capture.messages: _with(Addon.chat),
    Capture.shared_report: _with(Addon.shared, any_of=TAKING),
}
#: Only taken where faces can be compared by computer.
BY_FACES = frozenset({Capture.face_comparison, Capture.snapshots, Capture.face_search})


def captures(addons: frozenset[Addon], metrics: Collection[Metric] = ()) -> tuple[Capture, ...]:
    """What is taken under these add-ons and metrics, in a fixed order."""
    watched = frozenset(metrics)
    return tuple(capture for capture in Capture if CAPTURES[capture].applies(addons, watched))


class Device(StrEnum):
    """What an exam needs of a learner's computer."""

    camera = "camera"
    microphone = "microphone"
    screen = "screen"


def devices(addons: frozenset[Addon], metrics: Collection[Metric] = ()) -> frozenset[Device]:
    """What an exam uses in the learner's browser while it runs, also where nothing of it is kept."""
    watched = frozenset(metrics) if Addon.track in addons else frozenset()
    needs = {
        Device.camera: addons & {Addon.preview, Addon.record} or watched & (SEEN | FACES),
        Device.microphone: addons & {Addon.record} or watched & HEARD,
        Device.screen: addons & {Addon.screen} or watched & {Metric.s1},
    }
    return frozenset(device for device, why in needs.items() if why)
