# OneLead. `make help` lists the targets; everything sets itself up.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
STAMP := $(VENV)/.ready
BENCH := .venv-bench
BENCH_STAMP := $(BENCH)/.ready
WORKERS ?= 2
SERVE ?= 1

.PHONY: help setup demo test check format bench soak lock docs clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) ## Create .venv with pinned dependencies and .venv/bin/onelead

$(STAMP): requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "OneLead needs Python 3.11 or newer, with venv and pip; set PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	@touch $(STAMP)

demo: setup ## Load the sample, print the ranked list, show it on screen (SERVE=0: do not); Ctrl-C stops
	@mkdir -p demo
	$(BIN)/onelead sample august --st-id --out demo/august.xlsx
	$(BIN)/onelead run demo/august.xlsx --out demo/out --workspace demo/workspace
	$(BIN)/onelead actions list --workspace demo/workspace --limit 15
	@echo
	@echo "Files:  demo/out (customer_predictions.csv, top_opportunities.csv, consultant_recommendations.csv, summary.json)"
	@echo "Go on:  $(BIN)/onelead explain ACCOUNT --workspace demo/workspace"
ifeq ($(SERVE),0)
	@echo "Screen: $(BIN)/onelead serve --workspace demo/workspace"
else
	@$(BIN)/onelead serve --workspace demo/workspace
endif

test: setup ## Run all tests
	@scripts/browser.sh
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: setup ## Format, lint, types, structure, licences, fast unit tests: before every commit
	$(BIN)/ruff format --quiet --check .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m "not slow and not soak and not postgres"

format: setup ## Format the code and mend what lint can mend
	$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

bench: setup $(BENCH_STAMP) ## Measure everything into benchmarks/results.json and docs/benchmarks.md
	$(BIN)/python -m benchmarks

# Streamlit, the baseline of the screens, in an environment of its own: it is no dependency of OneLead, nor of its tests.
$(BENCH_STAMP): $(STAMP) requirements/bench.txt
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BENCH)/bin/python --require-hashes -r requirements/bench.txt
	@touch $(BENCH_STAMP)

soak: setup ## The long tests in full; records the result in benchmarks/soak.json
	ONELEAD_SOAK=1 $(BIN)/python -m benchmarks.soak

docs: setup ## Regenerate the references in docs/
	$(BIN)/python scripts/reference.py

lock: setup ## Resolve the dependencies again
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --all-extras --group dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group bench --constraint requirements/dev.txt pyproject.toml -o requirements/bench.txt
	echo 'uv' | $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 - -o requirements/uv.txt

clean: ## Remove what was built
	rm -rf $(VENV) $(BENCH) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
