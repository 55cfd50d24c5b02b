# provision: the two commands of a newcomer are `make plan` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
OUT ?= out/hiep-hoa

.PHONY: plan test test-long soak bench mutate lint lock data clean

plan: $(VENV)/ready  ## plan Hiệp Hoà under three scenarios and render a report for each
	@echo "Planning Hiệp Hoà under three scenarios: base, cut (-30 % money), prices (+10 % a year) ..."
	@$(BIN)/provision render data/bac-giang --units hiep-hoa --scenarios base,cut,prices --out $(OUT) --resume

test: $(VENV)/ready-test  ## everything that is quick, within five minutes
	@echo "Checking style and types ..."
	@$(BIN)/ruff check --quiet . && $(BIN)/mypy --no-error-summary
	@echo "Running the tests (a few minutes) ..."
	@$(BIN)/pytest -n 2 -m "not long and not soak"

test-long: $(VENV)/ready-test  ## wheel, notebooks, browser and the larger samples, within twenty-five minutes
	@echo "Running the longer tests ..."
	@$(BIN)/pytest -n 2 -m "long and not soak"

soak: $(VENV)/ready-test  ## the counts a release is measured by
	@$(BIN)/pytest -m "soak or counted"

bench: $(VENV)/ready-bench  ## the speed of the library beside others, in a table (BENCH=--quick: without the country)
	@$(BIN)/python -m bench --out out/bench.json $(BENCH)

mutate: $(VENV)/ready-mutate  ## change need and audits in one place at a time, and list what no test noticed; takes long
	@$(BIN)/mutmut run
	@$(BIN)/mutmut results

lint: $(VENV)/ready-test
	@$(BIN)/ruff check . && $(BIN)/mypy

lock:  ## write the lock files anew; needs uv
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra cluster --extra page --extra test --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet -c requirements.lock -o requirements-test.lock
	uv pip compile pyproject.toml --extra build --extra bench --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet -c requirements.lock -o requirements-bench.lock
	echo "mutmut>=3.8,<4" | uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet -c requirements-test.lock -o requirements-mutate.lock

data: $(VENV)/ready  ## make the illustrative tables anew, from their seed
	@$(BIN)/python data/bac-giang/make.py

clean:
	rm -rf $(VENV) out build dist mutants

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"provision needs Python 3.11 or newer; this is {v[0]}.{v[1]}. Try: make PYTHON=python3.12")'
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what planning needs (a minute or two, once) ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/ready-test: requirements-test.lock $(VENV)/ready
	@echo "Installing what the tests need (a minute, once) ..."
	@$(PIP) --require-hashes -r requirements-test.lock
	@touch $@

$(VENV)/ready-bench: requirements-bench.lock $(VENV)/ready
	@echo "Installing what the bench compares with (a minute, once) ..."
	@$(PIP) --require-hashes -r requirements-bench.lock
	@touch $@

$(VENV)/ready-mutate: requirements-mutate.lock $(VENV)/ready-test
	@$(PIP) --require-hashes -r requirements-mutate.lock
	@touch $@
