# make demo  sets up .venv, reads the sample pages, asks, prints cited answers
# make test  sets up .venv and runs everything: lint, types, demo, every test
# The other targets: unit lint types eval lock clean

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
BIN := .venv/bin
# Bytecode is left to the first use of each module: the packages hold far more of it than anybody runs.
PIP := $(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check --no-input --no-deps
CASES ?= evals/data/sample_cases.jsonl
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

.PHONY: demo test unit lint types eval lock clean

demo: .venv/.installed
	@bash examples/demo.sh $(BIN)

test: lint types demo
	@echo "test: running every test (some make fresh environments, some kill processes)"
	@$(BIN)/python -m pytest

unit: .venv/.tools
	@$(BIN)/python -m pytest -m "not slow"

lint: .venv/.tools
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/.tools
	@$(BIN)/mypy

eval: .venv/.installed
	@$(BIN)/python -m evals $(CASES)

lock: # needs uv; keeps what is locked unless pyproject.toml rules it out (LOCK_FLAGS=--upgrade takes the newest)
	$(LOCK) $(LOCK_FLAGS) pyproject.toml --group build -o requirements.lock
	$(LOCK) $(LOCK_FLAGS) --group dev -c requirements.lock -o tests/requirements.lock

clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The test of `import ensurepip` comes first because a Debian without it makes half an environment and prints a page.
.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "setup: needs Python 3.11 or newer; install it, or name one: make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "setup: $(PYTHON) is older than Python 3.11, or missing; name a newer one: make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "setup: $(PYTHON) cannot make virtual environments;" \
		"install python$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv" \
		"(Debian, Ubuntu: sudo apt install …), then run make again" >&2; exit 1; }
	@echo "setup: making a virtual environment in .venv"
	@$(PYTHON) -m venv --clear .venv

.venv/.installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo "setup: installing the locked packages (about a minute, once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation -e .
	@touch $@

.venv/.tools: tests/requirements.lock .venv/.installed
	@echo "setup: installing the test tools"
	@$(PIP) --require-hashes -r tests/requirements.lock
	@touch $@
