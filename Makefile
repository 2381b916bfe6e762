# Every command that a person or CI types. The recipes stay one line; what is longer lives in scripts/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint chaos bench system-packages emulators lock clean

demo: $(VENV)/.run
	@$(BIN)/python -m bot demo $(if $(TOUR),--tour)

# In the order of tests/conftest.py, which pytest-xdist changes unless told not to. Compiled tests are kept, whatever
# the shell says: every worker reads all of them.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 5 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

chaos: $(VENV)/.dev
	@SLIPWAY_CHAOS=1 $(BIN)/python -m pytest --timeout=3600 -m chaos

bench: $(VENV)/.dev $(VENV)/.bench
	@$(BIN)/python -m bench

system-packages:
	@sh scripts/system-packages.sh

# What plays AWS for the tests that run real containers; without it they skip by name.
emulators: $(VENV)/.emulators

lock:
	@sh scripts/lock.sh

clean:
	rm -rf $(VENV) .playground .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.run: requirements/run.txt
	@PYTHON=$(PYTHON) sh scripts/venv.sh run

$(VENV)/.dev: requirements/dev.txt
	@PYTHON=$(PYTHON) sh scripts/venv.sh dev

$(VENV)/.emulators: requirements/emulators.txt
	@PYTHON=$(PYTHON) sh scripts/venv.sh emulators

$(VENV)/.bench: requirements/bench.txt
	@PYTHON=$(PYTHON) sh scripts/venv.sh bench
