# Needs Python 3.11 or newer and make. `make review` and `make test` are all that a fresh copy needs.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile | expand -t 16

.PHONY: review
review: $(READY) ## review the sample client and print where its portfolio page lies
	@$(BIN)/toolkit run

.PHONY: test
test: check ## check the code, run all tests and notebooks
	$(BIN)/pytest -q -n 2 --dist loadfile
	$(BIN)/pytest -q --nbval-lax --nbval-current-env notebooks
	$(BIN)/pytest -q --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg tests/golden

.PHONY: check
check: $(READY) ## format, rules and types, without running anything
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

.PHONY: real
real: $(READY) ## build and review the public clients from ../shared/data
	@$(BIN)/python data/clients/make_real.py

.PHONY: benchmark
benchmark: $(READY) ## speed and memory: beside plain papermill, with many vendors, with many rows, on a cluster
	@for script in run vendors store surveys cluster; do $(BIN)/python benchmarks/$$script.py || exit 1; done

.PHONY: forms
forms: $(READY) ## write the blank forms, the dictionary of the tables and the questionnaires
	@$(BIN)/toolkit forms

.PHONY: golden
golden: $(READY) ## execute the golden notebooks again; look at the differences before committing
	@$(BIN)/python tests/golden/make_golden.py

.PHONY: pins
pins: python ## take the newest versions that pyproject.toml allows into constraints.txt
	@rm -rf .pins
	$(PYTHON) -m venv .pins
	.pins/bin/python -m pip install -q --upgrade pip
	.pins/bin/python -m pip install -q -e '.[dev]'
	@head -n 1 constraints.txt > .pins/constraints.txt
	@.pins/bin/python -m pip freeze -q --exclude-editable | LC_ALL=C sort -f >> .pins/constraints.txt
	@mv .pins/constraints.txt constraints.txt
	@rm -rf .pins

.PHONY: clean
clean: ## remove the environment, the reports and what tools left behind
	rm -rf .venv .pins reports *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find data -name .prepared -type d -prune -exec rm -rf {} +

.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
	"Python 3.11 or newer is needed, and \"$(PYTHON)\" is not: install it, or name it as in: make review PYTHON=python3.12" >&2; exit 1; }

# Made anew when a declared or a pinned version changes. The stamp comes last, so that a broken-off attempt is repeated.
$(READY): pyproject.toml constraints.txt | python
	@echo "Setting up .venv (once; about a minute)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo \
	"\"$(PYTHON)\" cannot make environments: install its venv module, or name another as in: make review PYTHON=python3.12" >&2; exit 1; }
	@$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@touch $(READY)
