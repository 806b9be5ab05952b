# One virtual environment in the project's root, set up once; everything else uses it.
# Works with GNU make 3.81, the one that macOS has.

PYTHON ?= python3
VENV ?= .venv
LAB_ARGS ?=
NBVAL_ARGS ?=
STRESS_ARGS ?=
BENCH ?=
SLIDES ?=
LEARNERS ?= 30

PY = $(VENV)/bin/python
READY = $(VENV)/.ready
CLASS = $(VENV)/.class
OTHERS = python3.11 python3.12 python3.13 python3.14 python3.15
SANITIZE = $(addprefix --nbval-sanitize-with=,$(wildcard tests/nbval.cfg))
NBVAL = --nbval --nbval-current-env --nbval-cell-timeout=60 $(SANITIZE) $(NBVAL_ARGS)
# A file stays together, for the sake of the notebooks' kernels and of what its tests share.
SIDE_BY_SIDE = --numprocesses=logical --dist=loadfile --no-loadscope-reorder

.PHONY: help lab fresh test nbval pythons $(OTHERS) notebooks verdicts slides handout teaching site screenshots bench stress class class-load lint clean

help: ## list these targets
	@echo "usage: make TARGET [PYTHON=$(PYTHON)] [VENV=$(VENV)]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

lab: $(READY) ## open your own copy of the notebooks, in work/ (LAB_ARGS="--no-browser ..." for more)
	@$(PY) -m shmlesson lab work $(LAB_ARGS)

fresh: $(READY) ## the same with a new copy; the old one is kept beside it
	@$(PY) -m shmlesson lab work --fresh $(LAB_ARGS)

test: $(READY) ## run the tests, and every notebook against its saved outputs, side by side
	$(PY) -m pytest --quiet $(SIDE_BY_SIDE) $(NBVAL) tests notebooks

nbval: $(READY) ## run every notebook against its saved outputs
	$(PY) -m pytest --quiet $(SIDE_BY_SIDE) $(NBVAL) notebooks

pythons: $(OTHERS) ## the same with every other Python from 3.11 to 3.15 on this machine

# pyenv's shims answer to names of Pythons that are switched off, so a name counts only if it runs.
$(OTHERS): python3.%:
	@test "$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')" != 3.$* || \
		{ echo "Python 3.$*: the one that make test runs, see there"; exit 0; }; \
	for python in python3.$* "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.$*.*/bin/python3.$*; do \
		if "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
			exec $(MAKE) --no-print-directory nbval PYTHON="$$python" VENV=.venv-3.$*; \
		fi; \
	done; echo "Python 3.$*: not on this machine, so not tried"

notebooks: $(READY) ## run every notebook and save its outputs as the new reference
	$(PY) tools/refresh.py

verdicts: $(READY) ## make the page of all verdicts from tests/programs, and run it
	$(PY) tools/verdict_page.py
	$(PY) tools/refresh.py notebooks/look_up_a_verdict.ipynb

slides: $(READY) ## make slides of every notebook, for a projector, into build/slides (SLIDES="notebooks/03_fork_a_child.ipynb")
	$(PY) tools/slideshow.py $(SLIDES)

handout: $(READY) ## make two pages on paper, with rules, verdicts and errata: build/handout.pdf
	$(PY) tools/handout.py

teaching: slides handout ## make both: slides for the projector, a handout for each learner

site: $(READY) ## make a website of the notebooks and the pages, into build/site; no notebook is run
	$(PY) -m sphinx --quiet --fail-on-warning --keep-going -c docs . build/site
	@echo "It begins at build/site/index.html."

screenshots: $(READY) ## take pictures of every notebook, into build/screenshots, and those in the README
	$(PY) tools/screenshots.py

bench: $(READY) ## measure everything beside its yardstick, in eight minutes (BENCH="fill look" for some of it)
	$(PY) tools/benchmarks $(BENCH)

stress: $(READY) ## repeat the worst faults at random for minutes (STRESS_ARGS="--seconds 600 --seed 1")
	$(PY) tools/stress $(STRESS_ARGS)

class: $(CLASS) ## open the notebooks to a room: JupyterHub, on this machine (CLASS_ADDRESS=http://0.0.0.0:8000 for others)
	@$(PY) -m jupyterhub --config classroom/jupyterhub_config.py

class-load: $(CLASS) ## have a class of real clients come all at once, in ten minutes (LEARNERS=5)
	$(PY) tools/class_load --learners $(LEARNERS)

lint: $(READY) ## check style, format and types
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

clean: ## remove the virtual environments and what tools have left behind
	rm -rf .venv .venv-* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find shmlesson tests tools notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# The stamp is written last, so a set-up that was interrupted is done again.
$(READY): pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || \
		{ echo "There is no $(PYTHON) here. shmlesson needs Python 3.11 or newer: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "shmlesson needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1)." \
		"Name another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) -V), once; this takes a minute or two."
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(CLASS): $(READY)
	@$(PY) -m pip install --quiet --quiet --disable-pip-version-check --editable '.[classroom]'
	@touch $@
