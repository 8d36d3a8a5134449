# Everything starts from a machine with Python 3.11 to 3.13 (or uv) and make: each target below
# first sets up what it needs.
#
#   make run [ARGS=FILE]  open the window; without a display, run `cnnstudio demo` instead
#   make test             lint, types, import contracts and every test
#   make check            lint, types and import contracts only: seconds
#   make soak             the tests that take minutes, and the property tests at length
#   make bench            speeds and sizes, as a table and in build/bench.json; with
#                         ARGS=streaming those of 100,000 images in a folder, with ARGS=workers
#                         those of two workers, each of which takes minutes
#   make screenshots      pictures of the main screens in build/screenshots
#   make translations     collect the texts, update and compile resources/locale
#   make lock             pin exact versions of what pyproject.toml asks for in requirements.lock
#   make clean            remove what the targets above have made, .venv included

ARGS :=
# Tests run in two processes, each file's in one: they share an engine. ARGS=-n0 runs them in one.
IN_TWO := -n 2 --dist loadfile --no-loadscope-reorder
VENV := .venv
BIN := $(VENV)/bin
# Holds the path of this folder, since a virtual environment does not survive being moved.
READY := $(VENV)/.ready
UNFINISHED := $(VENV)/.unfinished

# What the studio is translated to; those of cnnstudio/core/i18n.py.
LANGUAGES := zh_CN

# TensorFlow has builds for these.
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
FOR_UV := >=3.11,<3.14
PYTHONS := $(PYTHON) python3 python3.13 python3.12 python3.11 python

SET_UP_FOR := $(shell [ ! -x $(BIN)/python ] || \
  $(BIN)/python -c 'print(open("$(READY)").read().strip())' 2>&1)
ifneq "$(SET_UP_FOR)" "$(CURDIR)"
$(shell rm -f $(READY))
endif

.PHONY: run test check soak bench screenshots translations lock clean libraries test-libraries

run: $(READY) libraries
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  echo "There is no display here: running 'cnnstudio demo' instead of the window."; \
	  exec $(BIN)/python -m cnnstudio demo; \
	fi; \
	exec $(BIN)/python -m cnnstudio $(ARGS)

test: check test-libraries
	$(BIN)/python -m pytest $(IN_TWO) $(ARGS)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: $(READY) test-libraries
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -m "soak or hypothesis" --timeout 3600 $(ARGS)

bench: $(READY) libraries
	@mkdir -p build
	$(BIN)/python -m tests.benchmarks $(ARGS)

screenshots: $(READY) test-libraries
	$(BIN)/python -m pytest -m screenshots --screenshots build/screenshots $(ARGS)

translations: $(READY)
	@mkdir -p build
	$(BIN)/pybabel extract -F pyproject.toml -k N_ --sort-by-file --no-wrap \
	  --project cnnstudio --copyright-holder "CNN Studio contributors" \
	  -o build/cnnstudio.pot cnnstudio
	@for language in $(LANGUAGES); do \
	  [ -e resources/locale/$$language ] || $(BIN)/pybabel init -D cnnstudio \
	    -i build/cnnstudio.pot -d resources/locale -l $$language; \
	done
	$(BIN)/pybabel update -D cnnstudio -i build/cnnstudio.pot -d resources/locale \
	  --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel compile -D cnnstudio -d resources/locale --statistics

# Versions already in the lock stay unless pyproject.toml rules them out, or with ARGS=--upgrade.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --group dev --extra onnx --extra camera --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --output-file requirements.lock \
	  $(ARGS) pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find cnnstudio tests -name __pycache__ -type d -prune -exec rm -rf {} +

libraries: $(READY)
	@$(BIN)/python -m cnnstudio.libraries

test-libraries: $(READY)
	@$(BIN)/python -m cnnstudio.libraries --tests

# An installation that was cut short may look whole to pip, so it starts over.
$(READY): requirements.lock pyproject.toml
	@rm -f $(READY)
	@if [ -e $(UNFINISHED) ] || ! $(BIN)/python -c '$(SUITABLE)' 2>/dev/null; then \
	  rm -rf $(VENV); \
	fi
	@echo "Setting up $(VENV): TensorFlow and Qt are large, the first time takes minutes."
	@mkdir -p $(VENV)
	@touch $(UNFINISHED)
	@if command -v uv >/dev/null; then $(install_with_uv); else $(install_with_pip); fi
	@echo "$(CURDIR)" > $(READY)
	@rm $(UNFINISHED)

define install_with_uv
  set -e; \
  if [ ! -e $(BIN)/python ]; then \
    uv venv --quiet --allow-existing --python '$(FOR_UV)' $(VENV); \
  fi; \
  uv pip install --python $(BIN)/python -r requirements.lock; \
  uv pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
endef

define install_with_pip
  set -e; \
  if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then $(environment_with_pip); fi; \
  $(PIP) install -r requirements.lock; \
  $(PIP) install --quiet --no-deps --no-build-isolation --editable .
endef
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Debian splits ensurepip off; where pip itself is there it can fill an environment from outside.
define environment_with_pip
  python=; \
  for candidate in $(PYTHONS); do \
    if "$$candidate" -c '$(SUITABLE)' 2>/dev/null; then python=$$candidate; break; fi; \
  done; \
  if [ -z "$$python" ]; then \
    echo "CNN Studio needs Python 3.11, 3.12 or 3.13, or uv, on PATH (or PYTHON=/path/to/python)."; \
    exit 1; \
  elif "$$python" -c 'import ensurepip' 2>/dev/null; then \
    "$$python" -m venv $(VENV); \
  elif "$$python" -m pip --version >/dev/null 2>&1; then \
    "$$python" -m venv --without-pip $(VENV); \
    "$$python" -m pip --python $(BIN)/python install --quiet pip; \
  else \
    echo "$$python has neither pip nor ensurepip (Debian, Ubuntu: apt-get install python3-venv)."; \
    exit 1; \
  fi
endef
