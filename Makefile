# Everything here needs only Python 3.11, make and git; the rest is installed into .venv on first use.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SIZE ?= lab
SEED ?= 1
JOBS ?= 2

.PHONY: run test check bench format schemas openapi clean help

help:
	@echo "make run    build the demo lab, plan it, serve the page on http://127.0.0.1:$(PORT)"
	@echo "make test   run the whole test suite"
	@echo "make check  lint, types, layers"
	@echo "make format tidy the code; make schemas, make openapi: write these files anew"
	@echo "make bench  measure one size (SIZE=$(SIZE) SEED=$(SEED))"

# The application alone: what `make run` needs.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

# And what only tests and checks need.
$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[postgres]' --group dev
	@touch $@

run: $(VENV)/.installed
	$(BIN)/slotwright demo --port $(PORT)

# COVERAGE=1 measures branches and fails below the floor in pyproject.toml. JOBS processes share the tests.
test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(JOBS) $(if $(COVERAGE),--cov --cov-report=term)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What is written from the code and tested to be up to date.
schemas: $(VENV)/.installed-dev
	$(BIN)/python -m scheduler.model.schemas docs/schemas

openapi: $(VENV)/.installed-dev
	$(BIN)/python -m tests.api.test_openapi

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks solve $(SIZE) --seed $(SEED)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
