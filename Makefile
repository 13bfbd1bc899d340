# Every target works on a fresh clone: it creates the virtual environment first. It needs Python 3.11 or later with pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
AUDIT := $(VENV)/audit

.PHONY: help refresh test ui check style audit bench soak lock

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

refresh: $(READY)  ## build, check and publish every table
	$(BIN)/nhs-assets refresh

test: $(READY)  ## run every test; browser tests need Chromium and are skipped without it
	$(BIN)/python -m pytest

ui: $(READY)  ## open Dagster's UI on http://127.0.0.1:3000, or on PORT=3001
	$(BIN)/nhs-assets ui $(if $(PORT),--port $(PORT))

check: style audit  ## run style and audit: what a release needs besides the tests

style: $(READY)  ## check style, the installed packages against the lock, and that the definitions load
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pip check --disable-pip-version-check
	$(BIN)/python -m pytest --quiet --numprocesses=0 tests/unit/test_dependencies.py
	$(BIN)/dg check defs

# --strict: fail when the advisories cannot be reached or a package is unknown to them.
audit: $(READY)  ## check the locked packages for known vulnerabilities; needs the public package index
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	$(AUDIT)/bin/pip-audit --strict --no-deps --disable-pip --progress-spinner off --requirement requirements.lock

bench: $(READY)  ## measure speed, side by side with comparable tools
	$(BIN)/python -m bench

soak: $(READY)  ## run readers, kills and concurrent refreshes with real processes: about ten minutes
	$(BIN)/python -m soak
	$(BIN)/python -m soak.publishers 100

lock: $(READY)  ## write the installed versions to requirements.lock
	$(BIN)/pip freeze --exclude-editable > requirements.lock

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(READY)
