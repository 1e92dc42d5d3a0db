# Two commands matter: `make demo` and `make test`. `make help` lists the others.
# Needs Python 3.11, 3.12 or 3.13 and make; everything else is installed into .venv.

PORT ?= 8000
PY := .venv/bin/python
# Uses our own PostgreSQL under var/ where no DATABASE_URL is set, and stops it afterwards.
WITH_DATABASE := $(PY) -m marketplace.embedded run
# For commands that load the settings but never talk to a database.
NO_DATABASE := DATABASE_URL=postgresql://nobody@localhost/none
# Tests that only read files: no database, no settings.
NO_DJANGO := -q -o addopts= -p no:django -p no:cacheprovider --confcutdir tests/architecture
LOCK := $(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header --quiet
export PORT
# An outer virtual environment is none of our business.
unexport VIRTUAL_ENV PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help demo test check fix lighthouse bench histories lock messages compile migrations stop clean
.NOTPARALLEL:

help: ## Say what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: .venv/installed ## Set everything up, load the catalogue, start the shop (PORT=8001 moves it; Ctrl-C stops it)
	@$(PY) -m marketplace.demo

test: check ## Run everything: make check, all tests, journeys in Chromium
	@$(PY) tools/chromium.py
	$(PY) -m marketplace.common.compile_messages
	$(WITH_DATABASE) $(PY) -m pytest -n 2 --dist worksteal --create-db $(ARGS)

check: .venv/installed ## Linters, formatter, types, import contracts, templates
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(NO_DATABASE) $(PY) -m mypy
	$(NO_DATABASE) .venv/bin/lint-imports
	$(PY) -m djlint templates --lint --quiet
	$(PY) -m pytest $(NO_DJANGO) tests/architecture/test_budgets.py tests/architecture/test_templates.py

fix: .venv/installed ## Repair what linter and formatter can repair by themselves
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lighthouse: .venv/installed ## Measure home, list, search and product with Lighthouse (needs Node; URL=http://localhost:8000)
	$(PY) -m tools.lighthouse

bench: .venv/installed ## Measure what each page costs at 1,000 and at 100,000 products (docs/bench.md)
	@$(PY) -m tools.bench

histories: .venv/installed ## Try thousands of random histories of money (cards, refunds, disputes, payouts, crashes); half an hour
	HISTORIES=long $(WITH_DATABASE) $(PY) -m pytest --create-db tests/payments/test_histories.py tests/worker/test_killed_anywhere.py tests/fulfilment/test_mass_expiry.py

lock: .venv/installed ## Write requirements.lock and requirements-dev.lock anew from pyproject.toml
	$(LOCK) --upgrade -o requirements.lock
	$(LOCK) --upgrade --group dev -c requirements.lock -o requirements-dev.lock

messages: .venv/installed ## Bring the texts of pages and code into marketplace/locale/*/LC_MESSAGES/django.po
	$(PY) -m tools.messages
	$(PY) -m marketplace.common.compile_messages

migrations: .venv/installed ## Write migrations for changed models (name them: NAME=what_changed APP=label)
	$(WITH_DATABASE) $(PY) manage.py makemigrations $(if $(NAME),--name $(NAME)) $(APP)

stop: .venv/installed ## Stop a PostgreSQL under var/ that was left running
	$(PY) -m marketplace.embedded stop

clean: ## Delete .venv, var/ (all demonstration data) and caches
	@if [ -x $(PY) ]; then $(PY) -m marketplace.embedded stop || true; fi
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find marketplace/locale -name '*.mo' -delete

# The environment: made once, brought up to date only when the lock changed.
.venv/installed: requirements-dev.lock .venv/python
	@echo "Installing packages into .venv …"
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	@$(PY) -m uv pip sync --quiet --python $(PY) --require-hashes requirements-dev.lock
	@touch $@

.venv/python:
	@set -e; found=; \
	for name in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	  if $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Python 3.11, 3.12 or 3.13 is needed and was not found. Install one (Debian: apt-get install python3 python3-venv)," \
	    "or name it: make demo PYTHON=/path/to/python3.12" >&2; exit 1; fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
	  version=$$($$found -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  echo "$$found cannot make a virtual environment. Install its part that can: apt-get install python$$version-venv" >&2; exit 1; fi; \
	if ! mkdir -p .venv 2>/dev/null || ! [ -w .venv ]; then \
	  echo "Cannot write to $(CURDIR)/.venv. Give this user the right to." >&2; exit 1; fi; \
	$$found -m venv --clear .venv; \
	$(PY) -c 'import sys; print(sys.version)' > $@
