# Each target sets itself up on a machine that has Python 3.11 or later with pip, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

AUDIT := $(VENV)/audit

.PHONY: refresh test ui check style audit bench soak lock

refresh: $(READY)  ## build, check and publish every table
	$(BIN)/nhs-assets refresh

test: $(READY)  ## every test, on three workers; browser tests are skipped where there is no Chromium
	$(BIN)/python -m pytest

ui: $(READY)  ## Dagster's UI on this machine, http://127.0.0.1:3000
	$(BIN)/nhs-assets ui

check: style audit  ## all that a release needs besides the tests

style: $(READY)  ## style, whether the packages agree and are those that were locked, and whether the definitions load
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pip check --disable-pip-version-check
	$(BIN)/python -m pytest --quiet --numprocesses=0 tests/unit/test_dependencies.py
	$(BIN)/dg check defs

# --strict: where the advisories cannot be asked for, or know nothing of a package, this fails and does not pass.
audit: $(READY)  ## known weaknesses of the locked packages; needs the advisories that the public package index serves
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	$(AUDIT)/bin/pip-audit --strict --no-deps --disable-pip --progress-spinner off --requirement requirements.lock

bench: $(READY)  ## speed, side by side with its peers
	$(BIN)/python -m bench

soak: $(READY)  ## readers, kills and refreshes that meet, with real processes: about ten minutes
	$(BIN)/python -m soak
	$(BIN)/python -m soak.publishers 100

lock: $(READY)  ## write down what is installed, exactly
	$(BIN)/pip freeze --exclude-editable > requirements.lock

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(READY)
