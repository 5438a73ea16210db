# One command runs the product: `make demo`. One command sets up and passes the tests: `make test`.
# Both do all set-up themselves; what they need from Debian they install where they may, else name.

SHELL := /bin/bash
PYTHON ?= python3
RUNTIME := .venv
TESTS := .venv-test
CLIENT := .venv-netsuite
BENCH := .venv-bench
SUPERSET := .venv-superset
PIP_FLAGS := --quiet --disable-pip-version-check --require-hashes
unexport PYTHONDONTWRITEBYTECODE  # or each of many processes compiles all of it again

.DEFAULT_GOAL := help
.PHONY: help docs demo test test-all suite screenshots bench lint style types compiled format lock debian clean

help:
	@echo "make demo         set up and start One View with simulated systems"
	@echo "make test         set up and pass the tests"
	@echo "make test-all     the tests with every product of cases"
	@echo "make bench        measure the mirror and the questions against their limits (PARTS=queries: only those)"
	@echo "make screenshots  every page as a picture, light, dark, narrow and printed, in screenshots/"
	@echo "make docs         write the generated pages of docs/ and the catalogue of texts anew"
	@echo "make format       format and tidy the code"
	@echo "make lock         resolve the lock files anew"

demo: $(RUNTIME)/ready
	@$(RUNTIME)/bin/oneview demo

test: debian $(TESTS)/ready $(CLIENT)/ready style compiled
	@$(MAKE) --no-print-directory --keep-going --jobs 2 types suite

test-all: export ONEVIEW_TEST_ALL := 1
test-all: test

# Three workers keep two cores busy: one of them waits for a browser, or for a command, much of its time.
suite:
	$(TESTS)/bin/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

# Once, by both cores, before each worker and each process that tests start would do it for itself.
compiled: $(TESTS)/ready
	@$(TESTS)/bin/python -m compileall -q -j 0 oneview.py dashboard models sync

screenshots: debian $(TESTS)/ready
	$(TESTS)/bin/python -m pytest -q tests/journeys/screenshots.py

bench: debian $(TESTS)/ready $(BENCH)/ready $(if $(filter superset,$(PARTS)),$(SUPERSET)/ready)
	$(TESTS)/bin/python -m tests.benchmarks $(PARTS)

lint: style types

style: $(TESTS)/ready
	$(TESTS)/bin/ruff check .
	$(TESTS)/bin/ruff format --check .

types: $(TESTS)/ready
	$(TESTS)/bin/mypy

format: $(TESTS)/ready
	$(TESTS)/bin/ruff check --fix .
	$(TESTS)/bin/ruff format .

docs: $(TESTS)/ready
	$(TESTS)/bin/python requirements/configuration.py
	$(TESTS)/bin/python -m models.metrics.handbook
	$(TESTS)/bin/python requirements/assumptions.py
	$(TESTS)/bin/python requirements/messages.py

# ---------------------------------------------------------------- environments

.PHONY: python
python:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "One View needs Python 3.11 or newer with venv: apt-get install python3 python3-venv, or make PYTHON=…"; exit 1; }

$(RUNTIME)/ready: requirements/runtime.txt pyproject.toml | python
	@echo "Installing One View (once, about two minutes) …"
	@$(PYTHON) -m venv $(RUNTIME)
	@$(RUNTIME)/bin/pip install $(PIP_FLAGS) -r requirements/runtime.txt
	@$(RUNTIME)/bin/python requirements/link.py
	@touch $@

$(TESTS)/ready: requirements/test.txt pyproject.toml | python
	@echo "Installing the tests' environment (once) …"
	@$(PYTHON) -m venv $(TESTS)
	@$(TESTS)/bin/pip install $(PIP_FLAGS) -r requirements/test.txt
	@$(TESTS)/bin/python requirements/link.py
	@touch $@

$(CLIENT)/ready: requirements/netsuite-client.txt | python
	@echo "Installing the public NetSuite client in an environment of its own (once) …"
	@$(PYTHON) -m venv $(CLIENT)
	@$(CLIENT)/bin/pip install $(PIP_FLAGS) -r requirements/netsuite-client.txt
	@touch $@

$(BENCH)/ready: requirements/bench.txt | python
	@echo "Installing dlt, to compare with, in an environment of its own (once) …"
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/pip install $(PIP_FLAGS) -r requirements/bench.txt
	@touch $@

$(SUPERSET)/ready: requirements/superset.txt | python
	@echo "Installing Apache Superset, to compare with, in an environment of its own (once, some minutes) …"
	@$(PYTHON) -m venv $(SUPERSET)
	@$(SUPERSET)/bin/pip install $(PIP_FLAGS) -r requirements/superset.txt
	@touch $@

# ---------------------------------------------------------------- Debian's part (tests only)

DEBIAN := postgresql-15 chromium chromium-driver fonts-dejavu-core

debian:
	@missing=; for name in $(DEBIAN); do dpkg -s $$name >/dev/null 2>&1 || missing="$$missing $$name"; done; \
	[ -z "$$missing" ] && exit 0; \
	install="apt-get install --yes --no-install-recommends$$missing"; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo=sudo; else \
	  echo "To run every test, install what is missing: sudo $$install"; exit 0; fi; \
	echo "Installing from Debian:$$missing …"; \
	$$sudo env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update --quiet=2 && $$install >/dev/null" \
	  || echo "Could not install$$missing; the tests that need them say so."

# ---------------------------------------------------------------- lock files

lock:
	@$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
	@.venv-lock/bin/python requirements/lock.py

clean:
	rm -rf $(RUNTIME) $(TESTS) $(CLIENT) $(BENCH) $(SUPERSET) .venv-lock dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
