PYTHON ?= python3
SBOM ?= sbom.json
BIN := .venv/bin
READY := .venv/.ready
export UV_PYTHON_DOWNLOADS := never
# Like apt and pip: the machine's own certificates count, and nothing is written outside this folder.
export UV_SYSTEM_CERTS := 1
export UV_CACHE_DIR ?= $(CURDIR)/.uv/cache
# What has been compiled is kept, whatever the shell says: tests are collected in two thirds of the time.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo run another up down logs staff-token resident-token test test-real mutants check fix docs \
	texts pictures sbom bench fuzz faults attack real-stack clean forget

help: ## List what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Install everything into .venv, uv included if it is not there

demo: $(READY) ## Start the system, send one of each submission, follow them; ONCE=1 then stops; STACK=compose
	@$(BIN)/python -m deploy.demo

run: $(READY) ## Start the system (FIRST_PORT, SMTP_PORT, KAFKA_PORT choose its ports)
	@$(BIN)/python -m deploy.embedded

another: $(READY) ## Start a second instance of a process beside `make run` (PROCESS=notifications-consumer PORT=8199)
	@$(BIN)/python -m deploy.embedded.another "$(PROCESS)" "$(PORT)"

up: ## Start the system in containers, by .env; COMPOSE_PROFILES=observability adds dashboards and traces
	@docker compose up --detach --build --wait

down: ## Stop the containers; their data stays
	@docker compose --env-file deploy/compose/demo.env --profile observability down

logs: ## Follow the containers' logs (SERVICE=housing-api)
	@docker compose --env-file deploy/compose/demo.env logs --follow --tail 100 $(SERVICE)

staff-token: $(READY) ## Print a token for a running system (ROLE="caseworker …", UNITS="boende …", NAME=anna)
	@$(BIN)/python -m deploy.embedded.tokens staff

resident-token: $(READY) ## Print the token of somebody with an e-identification (NUMBER=198112189876, NAME="karin ek")
	@$(BIN)/python -m deploy.embedded.tokens resident

test: $(READY) ## Run the tests on KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL, else in containers, else embedded (STACK, ARGS)
	@$(BIN)/pytest $(ARGS)

test-real: $(READY) ## Run the tests on Apache Kafka and PostgreSQL, started for it
	@deploy/real-stack $(MAKE) test

mutants: $(READY) ## Break each promise of tests/promises.md in a copy and see its tests fail (ONLY="words of some")
	@$(BIN)/python -m tests.mutants $(if $(ONE_OF),--one-of $(ONE_OF)) $(ONLY)

check: $(READY) ## Check format, lint, types, import rules, and how long and deep functions are
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m deploy.checks

fix: $(READY) ## Format, and sort imports
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(READY) ## Write the OpenAPI and AsyncAPI documents into docs/
	@$(BIN)/kommunbuss openapi
	@$(BIN)/kommunbuss asyncapi

texts: $(READY) ## Bring the portal's translations up to date with its pages
	@$(BIN)/python -m services.portal.tools.texts

pictures: $(READY) ## Photograph every page of the portal into var/pictures (ARGS="-k kontakt")
	@PICTURES=var/pictures $(BIN)/pytest -q services/portal/tests/test_pictures.py $(ARGS)

sbom: $(READY) ## Write what it is made of, as CycloneDX (SBOM=sbom.json)
	@"$$("$(PYTHON)" deploy/get_uv.py)" export --quiet --frozen --preview-features sbom-export --all-packages \
	--no-default-groups --format cyclonedx1.5 --output-file "$(SBOM)"

bench: $(READY) ## Measure, beside the raw limit of this machine (ARGS="--only accept --scale 0.1"); GROWTH=1: of many years
	@$(BIN)/python -m deploy.bench $(if $(GROWTH),--growth) $(ARGS)

fuzz: $(READY) ## Hold every API to its OpenAPI document (ARGS="--seconds 180 --seed 7")
	@uv=$$("$(PYTHON)" deploy/get_uv.py) && "$$uv" sync --quiet --frozen --inexact --only-group fuzz --python "$(PYTHON)"
	@$(BIN)/python -m deploy.fuzz $(ARGS)

faults: $(READY) ## Break what the system is made of while it is busy (deploy/real-stack make faults ARGS="--only mailer")
	@$(BIN)/python -m deploy.faults $(ARGS)

attack: $(READY) ## Attack each API as a stranger could, under its container's memory limit (ARGS="--quick --only headers")
	@$(BIN)/python -m deploy.attack $(ARGS)

real-stack: ## Start Apache Kafka and PostgreSQL until Ctrl-C
	@deploy/real-stack

clean: ## Remove what can be made again; the data in var stays
	rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

forget: ## Delete the embedded system's data
	rm -rf var

$(READY): uv.lock pyproject.toml $(wildcard */pyproject.toml */*/pyproject.toml)
	@"$(PYTHON)" -V >/dev/null 2>&1 || { echo "$(PYTHON) is missing: apt-get install $(notdir $(PYTHON)), or name a \
	Python 3.11 or newer that is here, for example make PYTHON=python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, and \
	$(PYTHON) is $$("$(PYTHON)" -V 2>&1): install one, then for example make PYTHON=python3.12" >&2; exit 1; }
	@uv=$$("$(PYTHON)" deploy/get_uv.py) && "$$uv" sync --frozen --compile-bytecode --all-groups --no-group setup \
	--no-group peers --no-group fuzz --python "$(PYTHON)"
	@touch $@
