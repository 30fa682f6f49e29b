# Every target sets up what it needs: a virtual environment in .venv with the versions of requirements.lock.
# Needed on the machine: Python 3.11 or newer with venv, make, git.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
READY_TO_BENCH := $(VENV)/.ready-to-bench
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check
# One more than there are processors: a test that waits for a browser, a database or a process leaves its own idle.
HANDS := $(shell processors=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$(( processors < 8 ? processors + 1 : 9 )))
# Set by some images so that they stay small; here hundreds of tests start the command, and would compile it each time.
export PYTHONDONTWRITEBYTECODE :=
CODE := $(wildcard config workflows cases notifications web stegen.py tests benchmarks)

.PHONY: help demo test torture bench check map lock

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: $(READY) ## set up, build the example county, tell its stories, serve the pages
	@$(VENV)/bin/stegen demo

test: $(READY) ## all tests, in small numbers; journeys run where Chromium is found
	@$(RUN) -m pytest --numprocesses $(HANDS) --dist loadscope

torture: $(READY) ## the full numbers, room by room; goes on where it stopped (ROOM=cases for one)
	@$(RUN) -m tests.torture $(ROOM)

bench: $(READY_TO_BENCH) ## speed, as ratios against a bare limit in the same run (NAME=... for one)
	@$(RUN) -m benchmarks $(NAME)

check: $(READY) ## style, format, types
	@$(RUN) -m ruff check $(CODE)
	@$(RUN) -m ruff format --check $(CODE)
	@$(RUN) -m mypy $(CODE)

map: $(READY) ## write the README's map of files again, from the files' own first sentences
	@$(RUN) -m tests.house.map

lock: $(READY) ## write the lock files again, after a change of dependencies in pyproject.toml
	@$(INSTALL) uv
	@$(RUN) -m uv --quiet pip compile pyproject.toml --group dev \
		--universal --generate-hashes --no-annotate --no-header -o requirements.lock
	@$(RUN) -m uv --quiet pip compile --group pyproject.toml:bench --constraint requirements.lock \
		--universal --generate-hashes --no-annotate --no-header -o benchmarks/requirements.lock
	@$(RUN) -m uv --quiet pip compile pyproject.toml --extra engine --group build --constraint requirements.lock \
		--universal --generate-hashes --no-annotate --no-header -o deploy/requirements.lock

$(READY): requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "Stegen needs Python 3.11 or newer with venv. Install it, or: make PYTHON=/path/to/python3 ..."; exit 2; }
	@echo "Setting up $(VENV) from requirements.lock; the first time takes about a minute."
	@[ -x $(VENV)/bin/pip ] || $(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(READY_TO_BENCH): $(READY) benchmarks/requirements.lock
	@$(INSTALL) --require-hashes --requirement benchmarks/requirements.lock
	@touch $@
