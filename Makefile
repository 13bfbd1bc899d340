# Each target sets itself up on a machine that has Python 3.11 or later with pip, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: refresh test ui check bench soak lock

refresh: $(READY)  ## build, check and publish every table
	$(BIN)/nhs-assets refresh

test: $(READY)  ## every test, on two workers; browser tests are skipped where there is no Chromium
	$(BIN)/python -m pytest

ui: $(READY)  ## Dagster's UI on this machine, http://127.0.0.1:3000
	$(BIN)/nhs-assets ui

check: $(READY)  ## style, and whether the definitions load
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/dg check defs

bench: $(READY)  ## speed, side by side with its peers
	$(BIN)/python -m bench

soak: $(READY)  ## readers, kills and refreshes that meet, with real processes: about ten minutes
	$(BIN)/python -m soak

lock: $(READY)  ## write down what is installed, exactly
	$(BIN)/pip freeze --exclude-editable > requirements.lock

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(READY)
