# Everything that a contributor or a new user does. `make` alone shows the list.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON := $(firstword $(foreach p,python3.14 python3.13 python3.12 python3.11 python3 python,$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print(sys.executable)' 2>/dev/null)))
PIP := .venv/bin/python -m pip --disable-pip-version-check
PYTEST := .venv/bin/python -m pytest
# A file's tests share their servers. In the order of names the long files of real servers come before the many short ones.
FILES := --dist loadfile --no-loadscope-reorder
DEMOS := tests/flow/test_demo.py

.PHONY: help setup dev demo test check lint figures latency bench picture pictures lock clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: .venv/.runtime  ## install Steward into .venv

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer was found: install python3 (and python3-venv on Debian)" >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv || { echo "make: $(PYTHON) cannot make a virtual environment: on Debian, apt-get install python3-venv" >&2; exit 1; }

.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/python
	@echo "installing what Steward needs into .venv"
	@$(PIP) install -q --require-hashes -r requirements.lock
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

dev: .venv/.dev  ## install what the tests need as well

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo "installing what the tests need into .venv"
	@$(PIP) install -q --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup  ## the main job on a sandbox of real processes; ARGS="--scenario memory-leak"
	@.venv/bin/steward demo $(ARGS)

ifdef REAL
test: export STEWARD_REAL := 1
test: install-real
endif
test: dev lint  ## everything that CI runs; REAL=1 installs real servers and forbids their tests to be skipped
	$(PYTEST) -m "" --ignore=$(DEMOS) -rs -n 3 $(FILES)
	$(PYTEST) -m slow $(DEMOS) -rs -n 5  # they wait more than they work; nothing else is beside them

.PHONY: install-real
install-real:
	@tests/real/install

check: dev lint  ## the inner loop: lint, types and the fast tests
	$(PYTEST) -n 2 $(FILES)

lint: dev  ## formatting, lint, types, import directions
	.venv/bin/ruff format --check -q .
	.venv/bin/ruff check -q .
	.venv/bin/mypy --no-error-summary
	.venv/bin/lint-imports >/tmp/steward-imports.$$$$ || { cat /tmp/steward-imports.$$$$; rm -f /tmp/steward-imports.$$$$; exit 1; }; rm -f /tmp/steward-imports.$$$$

figures: dev  ## start-up time, memory, and the lines of each layer
	.venv/bin/python bench/footprint.py

latency: dev  ## from the click to the effect, on SQLite and PostgreSQL
	.venv/bin/python -m bench.ledger

bench: setup  ## throughput and memory beside named peers; ARGS="--most 1000000 --peers PYTHON"
	.venv/bin/python -m bench.scale $(ARGS)

picture: dev  ## remake the README's screenshot (needs Chromium and chromedriver)
	.venv/bin/python docs/picture.py

pictures: dev  ## remake the pictures of docs/messages.md (needs Chromium and chromedriver)
	.venv/bin/python -m docs.pictures

lock:  ## resolve the dependencies again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header pyproject.toml --extra build -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header pyproject.toml --extra build --extra dev -c requirements.lock -o requirements-dev.lock

clean:  ## remove what was made
	rm -rf .venv .steward .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
