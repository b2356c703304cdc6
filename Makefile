# The counter's commands. Everything they install stays in .venv/, everything they make in instance/.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal --durations=15
LOCKED := --quiet --disable-pip-version-check install --require-hashes -r
export LOKET_TODAY ?=
DATABASE = $(or $(LOKET_DATABASE_URL),sqlite:///instance/loket$(LOKET_TODAY).db)

help:  ## what there is to do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/installed: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| (apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV))
	$(BIN)/pip $(LOCKED) $<
	@touch $@

$(VENV)/installed-tests: tests/requirements.lock | $(VENV)/installed
	$(BIN)/pip $(LOCKED) $<
	@touch $@

NODE_PARTS := $(VENV)/node/node_modules/axe-core/axe.min.js $(VENV)/node/node_modules/oidc-provider/package.json

$(NODE_PARTS) &:
	@command -v npm > /dev/null || (apt-get update -qq && apt-get install -y -qq npm)
	npm install --silent --no-audit --no-fund --prefix $(VENV)/node axe-core@4.14.1 oidc-provider@8.8.1

CHROMIUM := /usr/bin/chromium /usr/bin/chromium-headless-shell

$(CHROMIUM) &:
	apt-get update -qq && apt-get install -y -qq chromium chromium-headless-shell > /dev/null

/usr/bin/strace:
	apt-get update -qq && apt-get install -y -qq strace > /dev/null

/usr/bin/redis-server:  # the tests start their own; Debian's service would be one more thing that runs
	apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq redis-server > /dev/null
	-systemctl disable --quiet --now redis-server 2> /dev/null

/usr/sbin/nginx:
	apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq nginx-light > /dev/null
	-systemctl disable --quiet --now nginx 2> /dev/null

instance/secret_key:
	@mkdir -p instance
	@$(PYTHON) -c "import secrets; print(secrets.token_urlsafe(48))" > $@

.PHONY: help run serve test test-fast fuzz statement snapshots lint lock audit sbom bench bench-pages
run: $(VENV)/installed instance/secret_key  ## serve the counter with its demo world on http://127.0.0.1:8000 (PORT=)
	@export LOKET_DEMO=1 LOKET_DATABASE_URL="$(DATABASE)" LOKET_SECRET_KEY="$$(cat instance/secret_key)" \
		LOKET_PUBLIC_URL="http://127.0.0.1:$(PORT)"; \
	$(BIN)/flask --app app init && $(BIN)/flask --app app demo && \
	echo "Het loket staat op http://127.0.0.1:$(PORT) (stoppen met Ctrl+C)" && \
	{ $(BIN)/flask --app app work & worker=$$!; \
	$(BIN)/granian --interface wsgi --factory app:create_app --host 127.0.0.1 --port $(PORT) \
		--workers 1 --blocking-threads 4 --backlog 2048 --log-level warning & server=$$!; \
	trap 'kill $$server $$worker 2> /dev/null; wait' EXIT; trap 'exit 0' INT TERM HUP; wait $$server; }

serve: $(VENV)/installed  ## serve as an operator does: workers, settings from the environment alone (docs/OPERATIONS.md)
	@exec $(BIN)/python app.py

lint: $(VENV)/installed-tests  ## layout and habits of code and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive .

$(VENV)/lock/bin/uv:
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip --quiet --disable-pip-version-check install uv==0.13.9

LOCK = $(VENV)/lock/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"

lock: $(VENV)/lock/bin/uv  ## after a change of requirements.txt: what it brings along, with hashes; the rest stays (remove a .lock to renew all)
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements.txt tests/requirements.txt -c requirements.lock -o tests/requirements.lock

$(VENV)/audit/bin/pip-audit:
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip --quiet --disable-pip-version-check install pip-audit==2.10.1

audit: $(VENV)/installed $(VENV)/audit/bin/pip-audit  ## known holes in all that is installed; also fails where the index does not tell of them
	$(VENV)/audit/bin/python -m pip_audit --strict --path $(VENV)/lib/python3.*/site-packages

$(VENV)/sbom/bin/cyclonedx-py:
	$(PYTHON) -m venv $(VENV)/sbom
	$(VENV)/sbom/bin/pip --quiet --disable-pip-version-check install cyclonedx-bom==7.5.0

sbom: $(VENV)/sbom/bin/cyclonedx-py  ## what the counter runs on and what that brings along, with versions and licences: instance/sbom.json
	@mkdir -p instance
	$(PYTHON) -m venv --clear $(VENV)/runs-on
	$(VENV)/runs-on/bin/pip $(LOCKED) requirements.lock
	$(VENV)/sbom/bin/python -m cyclonedx_py environment --output-reproducible -o instance/sbom.json $(VENV)/runs-on/bin/python

test-fast: $(VENV)/installed-tests  ## the rules, every page and the house, on SQLite: all that needs no PostgreSQL, browser or other process
	$(PYTEST) --fast

test: lint $(NODE_PARTS) | $(CHROMIUM) /usr/bin/redis-server /usr/sbin/nginx  ## every test: SQLite, PostgreSQL, Chromium, Redis, nginx
	$(PYTEST)

fuzz: $(VENV)/installed-tests  ## fill in every form a thousand times, in ways nobody tried before; ODD_REQUESTS=5000 asks each route as often, for hours
	FUZZ_EXAMPLES=1000 EXAMPLES=new $(PYTEST) tests/fuzz

statement: $(VENV)/installed-tests $(VENV)/node/node_modules/axe-core/axe.min.js | $(CHROMIUM)  ## test every page for everyone; what is found goes into the statement
	$(PYTEST) -n 0 tests/e2e/test_accessibility.py; cp tests/output/accessibility.json data/accessibility.json

snapshots: $(VENV)/installed-tests | $(CHROMIUM)  ## what the pages of the journeys tell who does not see them; look at the difference before you keep it
	SNAPSHOTS=new $(PYTEST) tests/e2e -k "[js]"

$(VENV)/bench-django/installed: tests/bench/django_app/requirements.txt
	$(PYTHON) -m venv $(VENV)/bench-django
	$(VENV)/bench-django/bin/pip --quiet --disable-pip-version-check install -r $<
	@touch $@

bench: $(VENV)/installed-tests $(VENV)/bench-django/installed | /usr/bin/strace  ## measure everything, three hours; ends with a table, and not with 0 where a target is missed
	$(BIN)/python -m tests.bench

bench-pages: $(VENV)/installed-tests $(VENV)/bench-django/installed  ## of that the pages beside Django and beside no framework at all, two minutes
	$(BIN)/python -m tests.bench.side_by_side
