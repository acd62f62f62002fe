# The two commands: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock

.PHONY: run test install install-dev lint lock clean

run: install
	@$(BIN)/python -m bot start

install: $(VENV)/installed

install-dev: $(VENV)/installed-dev

test: install-dev lint
	$(BIN)/python -m pytest

lint: install-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

lock: ## after a change of the dependencies in pyproject.toml; needs uv
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --no-annotate --no-header --quiet -o requirements.lock

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) and "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml requirements.lock | $(VENV)/bin/python
	$(PIP) --editable '.[dev,train,onnx]'
	@touch $@ $(VENV)/installed
