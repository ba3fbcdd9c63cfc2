"""A provider written only from docs/adding-a-provider.md is installed and works."""

import os
import re
import subprocess
import sys

import pytest

from lti_proctor.settings import ROOT

#: A file name in a line of its own, then the block with its content.
_FILE = re.compile(r"^`([a-z_]+\.(?:toml|py))`\n\n```[a-z]+\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: Beside the document's own test: it is found by its entry point, and a typo in its options is told.
_OURS = """
from lti_proctor.providers.registry import Broken, load

def test_it_is_found_and_its_typo_is_told():
    found = load("shelf", {"plugin": "folder", "folder": "."})
    assert (found.shown_name, type(found).__module__) == ("Folder proctor", "folder_proctor")
    assert load("folder", {"foldr": "."}) == Broken("provider_option", "folder, foldr")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package of the document, installed into a folder of its own."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    files = dict(_FILE.findall((ROOT / "docs" / "adding-a-provider.md").read_text("utf-8")))
    assert set(files) == {"pyproject.toml", "folder_proctor.py", "test_folder_proctor.py"}
    for name, text in files.items():
        (source / name).write_text(text, "utf-8")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    run([sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(source)], target)
    return source, target


def run(command, target, **more):
    environ = {**os.environ, "PYTHONPATH": f"{target}{os.pathsep}{ROOT}"}
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=True, **more).stdout


def test_it_is_installed_found_and_passes_the_contract(installed):
    source, target = installed
    (source / "test_found.py").write_text(_OURS, "utf-8")
    said = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."], target, cwd=source)
    assert "14 passed" in said
