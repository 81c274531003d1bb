# Two commands do everything from a clean checkout:
#   make serve   install what officers need and start the page
#   make test    install everything and run all checks
# PYTHON chooses the interpreter (3.11 or newer); VENV and TEST_VENV where the environments go.
PYTHON ?= python3
VENV ?= .venv
TEST_VENV ?= .venv-test
MAKEFLAGS += --no-print-directory

.PHONY: serve test lint types imports unit clean

serve: $(VENV)/.serve
	$(VENV)/bin/tigercheck serve

test: $(TEST_VENV)/.dev
	$(MAKE) lint types imports unit

lint: $(TEST_VENV)/.dev
	$(TEST_VENV)/bin/ruff check .
	$(TEST_VENV)/bin/ruff format --check .

types: $(TEST_VENV)/.dev
	$(TEST_VENV)/bin/mypy

imports: $(TEST_VENV)/.dev
	$(TEST_VENV)/bin/lint-imports

unit: $(TEST_VENV)/.dev
	$(TEST_VENV)/bin/python -m pytest

$(VENV)/.serve: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet -e '.[serve]'
	touch $@

# uv picks matching torch and torchvision wheels and installs them in parallel.
$(TEST_VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(TEST_VENV)
	$(TEST_VENV)/bin/python -m pip install --quiet uv
	$(TEST_VENV)/bin/uv pip install --quiet --python $(TEST_VENV)/bin/python -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) $(TEST_VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
