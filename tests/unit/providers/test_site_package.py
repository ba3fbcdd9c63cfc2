"""The package for the sites is installed, found by its entry point, and works on a base class like the site's."""

import os
import subprocess
import sys

import pytest

from lti_proctor.settings import ROOT

#: What a site's own package has of the base class, as far as our package builds on it.
BASE = """
class BaseRestProctoringProvider:
    base_url = None
    supports_onboarding = True

    def __init__(self, client_id=None, client_secret=None, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)
        self.client_id, self.client_secret = client_id, client_secret

    @property
    def create_exam_url(self):
        return self.base_url + "/api/v1/exam/"

    def get_javascript(self):
        return "https://lms.example"
"""
ASKS = """
from importlib.metadata import entry_points
(found,) = entry_points(group="openedx.proctoring")
options = {"base_url": "https://proctor.example/provider", "verbose_name": "Ours"}
backend = found.load()(client_id="i", client_secret="s", **options)
print(found.name, backend.create_exam_url, backend.verbose_name, backend.supports_onboarding)
print(repr(backend.get_javascript()))
"""


@pytest.fixture(scope="module")
def environ(tmp_path_factory):
    target = tmp_path_factory.mktemp("installed")
    source = tmp_path_factory.mktemp("source")
    for path in ("pyproject.toml", "README.md", "lti_proctor_openedx/__init__.py"):
        (source / path).parent.mkdir(exist_ok=True)
        (source / path).write_bytes((ROOT / "integrations" / "openedx" / path).read_bytes())
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    base = target / "edx_proctoring" / "backends"
    base.mkdir(parents=True)
    for folder in (base.parent, base):
        (folder / "__init__.py").write_text("", "utf-8")
    (base / "rest.py").write_text(BASE, "utf-8")
    return {**os.environ, "PYTHONPATH": str(target)}


def test_the_site_finds_it_and_its_settings_count(environ):
    said = subprocess.run(
        [sys.executable, "-c", ASKS], env=environ, check=True, capture_output=True, text=True, timeout=60
    ).stdout
    assert said.split() == ["lti_proctor", "https://proctor.example/provider/api/v1/exam/", "Ours", "False", "''"]
