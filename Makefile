.DEFAULT_GOAL := help
VENV ?= .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
WORKERS ?= 2
SCHEDULES ?= 10000
FIRST ?= 0
KILLS ?= 200
LAWS ?= 1
unexport PYTHONDONTWRITEBYTECODE # else every process compiles every module anew
WHOLE := reconciler/core/*,reconciler/model/*,reconciler/providers/*/calls.py

.PHONY: help setup demo check fix lint pipelines types contracts test docs package bench soak fuzz clean

help: ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade "pip>=25.1"
	$(PY) -m pip install --quiet --no-compile --editable '.[serve]' --group dev
	@touch $(STAMP)

setup: $(STAMP) ## create .venv with everything that is needed

demo: $(STAMP) ## the main job on the embedded sandbox, in under a minute
	@$(VENV)/bin/reconciler demo

check: $(STAMP) lint pipelines types contracts docs test ## everything that must pass

lint: $(STAMP)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .

pipelines: $(STAMP) ## the action and the samples for pipelines, against the platforms' schemas
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows examples/github/reconciler.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci examples/gitlab/.gitlab-ci.yml
	$(VENV)/bin/zizmor --offline --quiet --pedantic --config zizmor.yml action.yml examples/github/reconciler.yml

types: $(STAMP)
	$(VENV)/bin/mypy

contracts: $(STAMP)
	$(VENV)/bin/lint-imports

test: $(STAMP) ## tests in random order, with branch coverage; LAWS=n has laws try other examples
	$(VENV)/bin/coverage erase
	$(VENV)/bin/coverage run -m pytest -n $(WORKERS) --dist worksteal --hypothesis-seed=$(LAWS)
	$(VENV)/bin/coverage combine --quiet
	$(VENV)/bin/coverage report
	$(VENV)/bin/coverage report --fail-under=100 --include='$(WHOLE)'

docs: $(STAMP) ## the site in build/site, with every link and anchor checked
	$(VENV)/bin/properdocs build --strict

package: $(STAMP) ## wheel and source distribution in dist/, tried in an environment of their own
	$(PY) tests/packaged.py

fix: $(STAMP) ## format, and mend what ruff can mend
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(STAMP) ## speed against floors, as ratios; ONLY=row for one, KEEP=1 writes results and charts
	$(PY) -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep)

soak: $(STAMP) ## 10,000 stories of crashes, faults and drift, and processes killed; SEED=n tells one again
	$(PY) -m benchmarks.soak --workers $(WORKERS) --schedules $(SCHEDULES) --first $(FIRST) $(if $(SEED),--seed $(SEED))
	$(PY) tests/soak/killed.py --times $(KILLS) $(if $(SEED),--seed $(SEED))

fuzz: $(STAMP) ## the laws on thousands of examples that nobody chose
	HYPOTHESIS_PROFILE=large $(VENV)/bin/pytest -n $(WORKERS) tests/property tests/machine

clean: ## remove what the targets made
	rm -rf $(VENV) .reconciler .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
