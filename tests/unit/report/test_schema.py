"""Reports as JSON are what their published schema and its pages say."""

import json
import re
from dataclasses import fields, is_dataclass
from datetime import timedelta

import jsonschema
import pytest

from lti_proctor.attempts.lifecycle import Status
from lti_proctor.cli.report_schema import FILE
from lti_proctor.report import data, schema
from lti_proctor.report.gather import gather
from lti_proctor.settings import ROOT
from tests.factories import make_attempt, make_running
from tests.factories.reported import make_reported

PAGE = (ROOT / "docs" / "report-format.md").read_text("utf-8")
SHAPES = sorted((one for one in vars(data).values() if is_dataclass(one)), key=lambda one: one.__name__)


@pytest.fixture
def check(app):
    jsonschema.Draft202012Validator.check_schema(schema.json_schema())
    return jsonschema.Draft202012Validator(schema.json_schema()).validate


def new(now):
    return make_attempt(now)


def bare(now):
    return make_attempt(now, status=Status.started, started_at=now, config_version=1)


@pytest.mark.parametrize("make", [new, bare, make_running, make_reported])
@pytest.mark.parametrize("for_learner", [True, False])
def test_every_report_fits_the_schema(app, now, check, make, for_learner):
    report = gather(make(now), now=now + timedelta(hours=2), for_learner=for_learner)
    found = json.loads(schema.to_json(report))
    check(found)
    assert found == schema.to_plain(report)
    assert found["version"] in schema.json_schema()["$id"]


@pytest.mark.parametrize("path", ["attempt", "flags.0.metric", "recordings.0.head", "history.0.hash", "version"])
def test_what_is_missing_does_not_fit(now, check, path):
    found = schema.to_plain(gather(make_reported(now), now=now + timedelta(hours=2)))
    *way, last = path.split(".")
    inner = found
    for step in way:
        inner = inner[int(step) if step.isdigit() else step]
    del inner[last]
    with pytest.raises(jsonschema.ValidationError):
        check(found)


def test_moments_are_in_utc(app, now):
    found = schema.to_plain(gather(make_reported(now), now=now))
    assert found["attempt"]["started_at"] == "2026-11-24T09:00:00Z"


def test_the_published_file_is_the_schema():
    assert FILE.read_text("utf-8") == schema.schema_text()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_page_of_the_format_tells_of_each_field(shape):
    found = re.search(rf"^### {shape.__name__}\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, shape
    told = set(re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in re.findall(r"^\|.*", found[1], re.M))))
    assert told == {field.name for field in fields(shape)}
