"""The metrics as data: how long a violation lasts before it is worth a flag. Pure (administrator's guide, 4.5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from lti_proctor.exams.addons import FACES, Metric


@dataclass(frozen=True)
class MetricKind:
    """`hold_seconds` of violation make a flag; flags of one metric that are nearer than `merge_seconds` are one."""

    hold_seconds: float
    merge_seconds: float = 15.0


#: Longer for what comes and goes in an honest exam: a look aside, a door, a slow line.
KINDS: Mapping[Metric, MetricKind] = {
    Metric.b1: MetricKind(1),
    Metric.b2: MetricKind(3),
    Metric.b3: MetricKind(5),
    Metric.c1: MetricKind(5),
    Metric.c2: MetricKind(10),
    Metric.c3: MetricKind(3),
    Metric.c4: MetricKind(1, 60),
    Metric.c5: MetricKind(1, 60),
    Metric.c6: MetricKind(1, 60),
    Metric.m1: MetricKind(20, 30),
    Metric.m2: MetricKind(10, 30),
    Metric.n1: MetricKind(30, 30),
    Metric.n2: MetricKind(20, 30),
    Metric.n3: MetricKind(60, 60),
    Metric.s1: MetricKind(5),
    Metric.s2: MetricKind(5),
}
#: What is noticed on every site. Others may be chosen in an exam; they show a dash.
NOTICED = frozenset(Metric) - FACES
#: What the server finds in pictures, where faces can be compared, and where they may also be searched for. No browser
#: is believed in these.
BY_SERVER = FACES
#: The names under which the server keeps its own spans; too short for a browser to take them.
SERVER = "server"
PHONE = "phone"
#: Whose word counts for what the server finds itself. For everything else a browser's does.
OWNERS: Mapping[Metric, str] = {**dict.fromkeys(BY_SERVER, SERVER), Metric.n2: PHONE}


def noticed(*, faces: bool, search: bool) -> frozenset[Metric]:
    """What can be noticed on a site."""
    if not faces:
        return NOTICED
    return NOTICED | (BY_SERVER if search else BY_SERVER - {Metric.c5})
