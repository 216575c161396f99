# Targets for people. What they do is in tests/lab (the lab), playbooks/ (the walkthrough) and tests/run.py (all tests).
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
LAB := $(BIN)/python -m tests.lab
INVENTORY ?= inventories/rehearsal
ANSIBLE_ARGS ?=
export ANSIBLE_FORCE_COLOR ?= $(if $(MAKE_TERMOUT),1,)

.DEFAULT_GOAL := help
.PHONY: help rehearse rehearse-teardown test lint lab lab-down docs requirements clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

rehearse: $(VENV)/.ready ## The whole walkthrough on this machine, without an AWS account (root, Debian or Ubuntu)
	@$(BIN)/python -m tests.rehearse $(ANSIBLE_ARGS)

rehearse-teardown: $(VENV)/.ready ## The way back on this machine: all that the walkthrough made goes, the lab stays
	@$(BIN)/python -m tests.rehearse --teardown $(ANSIBLE_ARGS)

test: $(VENV)/.ready ## All tests: lint, sanity, unit, and on the lab walkthrough, integration, molecule
	@$(BIN)/python -m tests.run

lint: $(VENV)/.ready ## The checks that need no lab, without the unit tests
	@$(BIN)/python -m tests.run lint

lab: $(VENV)/.ready ## Start the lab: a throw-away Kubernetes and AWS on this machine
	@$(LAB) up && $(LAB) status

lab-down: $(VENV)/.ready ## End the lab; its cache stays
	@$(LAB) down

docs: $(VENV)/.ready ## Build the documentation of all modules, plugins and roles into docs/build
	@$(BIN)/python -m tests.build_docs docs/build

requirements: $(VENV)/.ready ## Compile requirements/dev.txt anew from requirements/dev.in
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --no-header --no-emit-index-url --upgrade requirements/dev.in -o requirements/dev.txt

clean: ## Remove the development environment and everything that tests and builds left in the checkout
	@rm -rf $(VENV) .cache .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/output docs/build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: requirements/dev.txt requirements/install_collections.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is too old: Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "setting up the development environment in $(VENV) (once, about 1 min)"
	@$(PYTHON) -m venv --clear $(VENV) \
	  || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements/dev.txt)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements/dev.txt
	@$(BIN)/python requirements/install_collections.py
# A run starts Python some thousand times. Where PYTHONDONTWRITEBYTECODE is set, each would compile what it imports.
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib
	@touch $@
