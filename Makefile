# make            lists what can be made
# make demo       sets up .venv and runs the main job;  make test  sets up and passes the tests

PYTHON ?= python3
PY := .venv/bin/python
OUT := out

.DEFAULT_GOAL := help
.PHONY: help demo test check check-long pictures gallery reference snapshots lint types imports docs wheel format clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 12

.venv/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "This needs Python 3.11 or later: try `make demo PYTHON=python3.12`.")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: install the package python3-venv (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready
	$(PY) -m pip install --quiet --disable-pip-version-check $$($(PY) -c 'import tomllib; print(*(d.replace(" ", "") for d in tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"]))')
	@$(PY) -m pip install --quiet --disable-pip-version-check --only-binary :all: $$($(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["oracle"])') 2>/dev/null || echo "Storm does not install here: the tests that ask it are skipped."
	@touch $@

demo: .venv/.ready  ## set up, then simulate a real case in Belarus and draw its road
	@mkdir -p $(OUT)
	.venv/bin/proc simulate jurisdictions/belarus.proc --case examples/cases/services_debt.yaml --draw $(OUT)/belarus.svg --force

test: .venv/.ready-dev  ## set up, then run the tests
	$(PY) -m pytest -n auto

check: test lint types imports docs wheel  ## everything that CI asks for
	@echo "All is well."

pictures: .venv/.ready  ## draw the pictures of the docs again
	.venv/bin/proc draw jurisdictions/belarus.proc --case examples/cases/services_debt.yaml -o docs/pictures/belarus_case.svg --force

gallery: .venv/.ready-dev  ## compose the pages of docs/gallery again; look at them
	PYTHONPATH=. $(PY) tests/gallery.py

reference: .venv/.ready-dev  ## write the page of the keywords from the grammar and the examples
	PYTHONPATH=tests $(PY) tests/keywords_page.py

snapshots: .venv/.ready-dev  ## keep the drawings as they are now, after looking at them
	UPDATE_SNAPSHOTS=1 $(PY) -m pytest tests/test_diagram.py

check-long: .venv/.ready-dev  ## a million random deadlines against a walk day by day; new random examples everywhere
	DEADLINES=1000000 EXAMPLES=wild $(PY) -m pytest -n auto

lint: .venv/.ready-dev  ## style
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/proc fmt --check jurisdictions/belarus.proc jurisdictions/kazakhstan.proc

types: .venv/.ready-dev  ## types, strictly
	$(PY) -m mypy

imports: .venv/.ready-dev  ## imports run one way
	.venv/bin/lint-imports --no-cache

docs: .venv/.ready-dev  ## every example of the docs is executed (also part of `make test`)
	$(PY) -m pytest tests/test_docs.py

wheel: .venv/.ready-dev  ## build the wheel and run it from an empty folder
	$(PY) tests/wheel_check.py

format: .venv/.ready-dev  ## bring the code into its canonical layout
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

clean:  ## remove what was made
	rm -rf .venv $(OUT) dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
