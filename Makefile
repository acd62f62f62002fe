# `make run` starts the bot; `make check` and `make test` test it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What is downloaded is held to its hash, and is a wheel: to build a package, pip downloads what no hash is known of. The
# checkout has none either, so nothing may be downloaded for it.
HASHED := $(PIP) --require-hashes --only-binary :all:
CHECKOUT := $(PIP) --no-deps --no-build-isolation --editable .
EXTRAS := cluster dicom evaluate keras onnx postgres train
BUILD := setuptools>=77
LOCK = echo '$(BUILD)' | uv pip compile pyproject.toml - --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet
# The names that requirements.lock has already.
SERVING = $$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements.lock)
# One file of tests after another in each worker, the short unit tests last; what they train has one thread. Many tests wait
# for processes and time limits: two workers more than there are cores.
WORKERS := $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 7 ? n + 2 : 8)))
ONE_THREAD := TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 OMP_NUM_THREADS=1
# glibc keeps the memory of large arrays for the next ones: to have it from the kernel again took a fifth of a training's time.
KEEP_MEMORY := MALLOC_MMAP_THRESHOLD_=268435456 MALLOC_TRIM_THRESHOLD_=536870912 MALLOC_TOP_PAD_=16777216
PYTEST := $(ONE_THREAD) $(KEEP_MEMORY) $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# Many processes are started by the tests: what they import is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run check test chaos fuzz lint format types pytest programs install install-dev $(EXTRAS:%=install-%) lock clean

run: install
	@$(BIN)/python -m bot start

install: $(VENV)/installed

install-dev: $(VENV)/installed-dev

$(EXTRAS:%=install-%): install-%: install ## what an extra of pyproject.toml needs: make install-postgres
	@$(HASHED) --requirement requirements.lock --requirement requirements-$*.lock

check: lint programs ## a minute: what tests/conftest.py does not call slow
	$(PYTEST) -m 'not slow'

# Types are checked beside the tests: for half a minute that would be one core's work alone.
test: format programs
	@$(MAKE) --no-print-directory --jobs=2 types pytest

pytest: ## what `make test` does last; it installs nothing
	$(PYTEST)

chaos: programs ## half an hour: kills, outages, floods and hostile files, as a table; make chaos ONLY="kills flood"
	PYTHONPATH=tests $(BIN)/python -m chaos $(ONLY)

fuzz: install-dev ## ten minutes: a fuzzer on what opens photos
	$(PIP) --require-hashes --requirement tests/fuzz/requirements.lock
	$(BIN)/python -m pytest -m fuzz tests/fuzz

lint: format types

format: install-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: install-dev
	$(BIN)/mypy

programs: install-dev
	@$(BIN)/python tests/install.py

lock: ## after a change of the dependencies in pyproject.toml; needs uv
	$(LOCK) --all-extras --output-file requirements-dev.lock
	$(LOCK) --constraint requirements-dev.lock --output-file requirements.lock
	for extra in $(EXTRAS); do \
	    $(LOCK) --constraint requirements-dev.lock --extra $$extra $(SERVING) --output-file requirements-$$extra.lock || exit; \
	done

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) and "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml requirements.lock | $(VENV)/bin/python
	@echo "Installing what the bot needs into $(VENV): a minute, the first time …"
	@$(HASHED) --requirement requirements.lock
	@$(CHECKOUT)
	@touch $@

$(VENV)/installed-dev: pyproject.toml requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what tests and training need into $(VENV): some minutes, the first time …"
	@$(HASHED) --requirement requirements-dev.lock
	@$(CHECKOUT)
	@touch $@ $(VENV)/installed
