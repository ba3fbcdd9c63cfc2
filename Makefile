# `make demo` and `make test` do everything from a fresh checkout; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
SANDBOX_PORT ?= 8100
# Many short processes run in the tests; each would compile everything anew.
export PYTHONDONTWRITEBYTECODE =
# The packages of Python and those of the browser come side by side.
MAKEFLAGS += --jobs=2
# What the tests write goes to memory where there is enough of it (kB).
ROOMY := $(shell test "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 4000000 2>/dev/null && echo TMPDIR=/dev/shm)

# What is written for each database, and the ways through the whole program.
ON_POSTGRES := $(addprefix tests/web/, test_pulse.py test_recordings.py test_schedule.py test_outside_provider.py test_api.py test_review.py test_report.py chat/test_chat.py) \
	$(addprefix tests/flows/, test_main_job.py test_columns.py)

.PHONY: help setup demo test check format i18n clean packages bench lock

help: ## what there is
	@grep -E '^[a-z0-9-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: packages .venv/ready static/vendor/ready translations/ready ## system packages, .venv, browser libraries, translations

packages:
	@bash deploy/system-packages.sh

.venv/ready: requirements-test.lock pyproject.toml | packages
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed." if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile -r requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

static/vendor/ready: package-lock.json deploy/vendor.sh | packages
	npm ci --no-audit --no-fund --loglevel=error
	bash deploy/vendor.sh
	touch $@

translations/ready: $(wildcard translations/*/LC_MESSAGES/messages.po) .venv/ready
	$(BIN)/lti-proctor i18n compile
	touch $@

demo: setup ## the tool on port 8000 and the practice LMS on port 8100, ready to click through
	$(BIN)/lti-proctor demo --port $(PORT) --sandbox-port $(SANDBOX_PORT)

test: setup check ## set up, then every check and every test

check: setup ## format, lint, types, import rules, translations, all tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@# Types take as long as all the others together.
	$(BIN)/mypy & types=$$!; \
	$(BIN)/lint-imports --no-cache; \
	$(BIN)/lti-proctor lifecycle --check; \
	$(BIN)/lti-proctor i18n check; \
	node --test tests/js/*.test.js tests/sandbox/*.test.js; \
	wait $$types
	$(ROOMY) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
	$(ROOMY) $(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/unit/web --ignore tests/unit/providers --database postgres tests/migrations tests/unit $(ON_POSTGRES)

format: setup ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

i18n: setup ## collect the texts and bring the catalogues up to date
	$(BIN)/lti-proctor i18n update
	$(BIN)/lti-proctor i18n compile

bench: setup ## measure; see docs/benchmarks.md
	$(BIN)/python -m tests.load.applications
	$(BIN)/python -m tests.load.launches
	$(BIN)/python -m tests.load.pages
	$(BIN)/python -m tests.load.report
	$(BIN)/python -m tests.load.report_page
	$(BIN)/python -m tests.load.faces
	$(BIN)/python -m tests.load.browser --minutes 5
	$(BIN)/python -m tests.load.registrations
	$(BIN)/python -m tests.load.pulses
	$(BIN)/python -m tests.load.callbacks
	$(BIN)/python -m tests.load.chat
	$(BIN)/python -m tests.load.edx_flow
	$(BIN)/python -m tests.load.chunks
	$(BIN)/python -m tests.load.crowd --learners 0 --seconds 10
	$(BIN)/python -m tests.load.crowd --learners 0 --seconds 10 --database postgres
	$(BIN)/python -m tests.load.crowd --learners 1500 --seconds 60
	$(BIN)/python -m tests.load.throughput
	$(BIN)/python -m tests.load.documents
	$(BIN)/python -m tests.load.scores
	$(BIN)/python -m tests.load.scores --database postgres

lock: ## lock files for Python after a change of pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --extra test pyproject.toml -o requirements-test.lock

clean: ## remove what set-up and demo made, the demo's data too
	rm -rf .venv node_modules static/vendor data *.egg-info .pytest_cache .mypy_cache .ruff_cache .coverage .coverage.* translations/ready translations/*/LC_MESSAGES/*.mo
