# What a newcomer types. `make setup` needs python3 (3.11 to 3.13), make and git; every other target builds on it.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export REPRIEVE_HOME ?= $(CURDIR)/var

.PHONY: setup demo serve test check bench ingest faults format lock clean
setup: $(VENV)/.runtime

$(VENV)/.made:
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Reprieve needs Python 3.11 to 3.13; {sys.executable} is {v[0]}.{v[1]}. Try: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.runtime: $(VENV)/.made requirements/runtime.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: $(VENV)/.runtime requirements/test.txt
	$(PIP) install --require-hashes -r requirements/test.txt
	touch $@

demo: setup
	$(BIN)/reprieve demo --port $(PORT)

serve: setup
	$(BIN)/reprieve serve --port $(PORT)

test: $(VENV)/.test
	sh tests/system_parts.sh
	$(BIN)/python -m pytest -n 2 --ignore=tests/journeys
	$(BIN)/python -m pytest tests/journeys

# Arithmetic with forty digits, and what compiles in a fresh clone, take half a minute each: `make test` has them, this has not.
SLOW := --ignore=tests/core/pkpd/test_accuracy.py --ignore=tests/core/pkpd/test_exactness.py \
	--deselect=tests/core/pkpd/test_pk_population.py::test_percentiles_do_not_depend_on_the_way_they_are_computed \
	--deselect=tests/core/pkpd/test_map_estimate.py::test_mode_is_that_of_an_independent_optimiser
check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n 2 tests/core tests/knowledge tests/fhir tests/cli tests/docs $(SLOW)

# The peers are optional: the tables say which of them could not be installed.
$(VENV)/.bench: $(VENV)/.test requirements/bench.txt benchmarks/peers_from_source.py
	-$(PIP) install --require-hashes -r requirements/bench.txt
	-$(BIN)/python benchmarks/peers_from_source.py
	touch $@

bench: $(VENV)/.bench
	$(BIN)/python benchmarks/run.py $(WRITE)

# Monitors of 64 chairs for five minutes, then faster until it breaks; about eight minutes.
ingest: $(VENV)/.test
	$(BIN)/python benchmarks/ingest.py

# The server killed fifty times while twenty sessions are charted; about six minutes.
faults: $(VENV)/.test
	$(BIN)/python benchmarks/faults.py

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# For maintainers, with uv installed: compile the pinned, hashed lists again.
lock:
	cd requirements && for name in runtime postgres sdc test bench dask; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header --no-annotate $$name.in --output-file $$name.txt || exit 1; done

clean:
	rm -rf $(VENV) build dist *.egg-info src/*.egg-info .mypy_cache .ruff_cache .pytest_cache
