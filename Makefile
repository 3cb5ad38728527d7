# One command per job, the same on a laptop and in CI. `make help` lists them.

# Which Python makes .venv: the first of these that is 3.11, 3.12 or 3.13. Students' code is written on Colab, which has
# 3.13, and an older one can't read all of it. Set your own: make test PYTHON=/path/to/python3.12
PYTHON ?= python3.13 python3 python3.12 python3.11
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
NOT_INSTALLED := The packages could not be installed; the lines above say which one failed. Mend that, then run make again.

.PHONY: help grade test lab build site lite lint format mutants engine-mutants fuzz endurance long-test browser-test seeds-test newest-test kernels-test container-test site-test clean
.DEFAULT_GOAL := help

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

ifdef CONTAINER
ENGINE ?= $(firstword $(shell command -v docker podman))
# Runs as you, so that demo/ is yours. A podman without root would take another number for you.
AS_YOU := $(if $(and $(findstring podman,$(ENGINE)),$(filter-out 0,$(shell id -u))),--userns keep-id) --user $(shell id -u):$(shell id -g)

grade:
	mkdir -p demo
	$(ENGINE) build -t cnn-course -f Containerfile $(if $(BASE),--build-arg BASE=$(BASE)) .
	$(ENGINE) run --rm --network none $(AS_YOU) -v "$(CURDIR)/demo:/out" cnn-course demo --out /out
else
grade: .venv/.installed ## create a sample class of submissions and grade it (CONTAINER=1: in a container, by docker or podman)
	$(BIN)/autograder build
	$(BIN)/autograder demo
endif

test: .venv/.installed-dev ## run the tests (those of whole notebooks and of pages in a browser have targets of their own)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

lab: .venv/.installed ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

build: .venv/.installed ## build notebooks/, solutions/*.ipynb and the public cases from their sources
	$(BIN)/autograder build

site: .venv/.installed-dev ## build the course's web pages in site/, without solutions (takes minutes the first time)
	OMP_NUM_THREADS=1 $(BIN)/autograder site

lite: .venv/.installed-lite ## build JupyterLite with the notebooks in lite/ (OFFLINE=1: with Python in it, for use without a network)
	$(BIN)/autograder lite $(if $(OFFLINE),--offline)

lint: .venv/.installed-dev ## check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy

format: .venv/.installed-dev ## format the code as `make lint` wants it
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

mutants: .venv/.installed-dev ## mutate the references and count the mutants that the hidden cases catch
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python -m mutants.run

engine-mutants: .venv/.installed-dev ## mutate the engine's decisions and count the mutants that the tests catch (SAMPLE=20 a module is quicker)
	PYTHONPATH=tests OMP_NUM_THREADS=1 $(BIN)/python -m mutants.engine $(if $(SAMPLE),--sample $(SAMPLE))

fuzz: .venv/.installed-dev ## grade 10,000 notebooks in random disorder and check that honest work keeps its points
	FUZZ_EXAMPLES=10000 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n0 tests/adversarial/test_fuzz.py

endurance: .venv/.installed-dev ## kill runs 200 times, run all attacks with each way to confine, compare all accidents with nbgrader
	KILLS=100 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n0 -rP tests/grading/test_kills.py -k random_kill
	EVERY_TRIAL=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m long tests/field/test_at_least_nbgrader.py
	for way in $$(PYTHONPATH=tests $(BIN)/python -m adversarial.conftest); do \
	    echo "attacks with $$way"; \
	    AUTOGRADER_CONFINEMENT=$$way OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 tests/adversarial || exit 1; \
	done

long-test: .venv/.installed-dev ## run whole notebooks, also with Colab's versions, and grade whole classes, also by nbgrader
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal -m 'long and not browser'

browser-test: .venv/.installed-dev ## use the figures, the desk, the pages and JupyterLite in a browser (needs chromium)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal -m 'browser and not long'

seeds-test: .venv/.installed-dev ## judge each reference, right variant and known mistake with the cases of 20 seeds
	SEEDS=20 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 tests/exercises/test_exercises.py

newest-test: .venv-newest/.installed ## run the exercises' tests with the newest versions of all packages
	OMP_NUM_THREADS=1 .venv-newest/bin/python -m pytest -n 2 tests/exercises tests/checking tests/sandbox tests/field/test_colab_code.py

kernels-test: .venv/.installed-dev ## grade ten submissions in qemu with Debian's kernels 5.10, 6.1 and 6.12 (fetches them once)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n0 -m machines tests/machines/test_kernels.py

container-test: .venv/.installed-dev ## build the container by podman, on Debian 12 and 13, and grade three submissions in it
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n0 -m machines tests/machines/test_container.py

site-test: .venv/.installed-dev ## build all web pages, look for what keeps people out, and check many functions in the browser's Python
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n0 -m 'browser and long'

clean: ## remove the environments and caches that these targets made
	rm -rf .venv .venv-colab .venv-newest build site lite *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find autograder benchmarks exercises helpers tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into .venv (a minute or two) ..."
	@$(PIP_INSTALL) -e '.[ta]' || { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@touch $@

.venv/.installed-lite: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into .venv (a minute or two) ..."
	@$(PIP_INSTALL) -e '.[ta,lite]' || { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@touch .venv/.installed $@

.venv/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into .venv, tests' tools and PyTorch included (some minutes) ..."
	@$(PIP_INSTALL) -e '.[ta,torch,lite,colab,postgresql,dev]' || { echo "$(NOT_INSTALLED)" >&2; exit 1; }
	@touch .venv/.installed .venv/.installed-lite $@

# Without PyTorch, which would bring gigabytes for a GPU with it.
.venv-newest/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install -qq --disable-pip-version-check --upgrade -e '.[ta]' pytest pytest-xdist hypothesis scipy
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON); do \
	    if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	        $$python -m venv .venv && exit 0; rm -rf .venv; exit 1; \
	    fi; \
	done; \
	echo "Python 3.11, 3.12 or 3.13 is needed, and none of these is one: $(PYTHON). Set it: make PYTHON=/path/to/python3.12" >&2; \
	exit 1
