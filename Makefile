# `make run` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
NAME ?= home2
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export HARNB_DATA ?= $(wildcard ../shared/data)
FLAGS := $(if $(HARNB_DATA),real) $(if $(shell command -v chromium),system)

run: .venv/installed ## the whole line on the simulated home, from log to figures and tables
	harnb reproduce simulated

# Small models gain nothing from a second thread, and threads of two workers wait for each other.
test test-all test-changed: export OMP_NUM_THREADS ?= 1
test test-all test-changed: export WANDB_MODE ?= disabled

test: .venv/installed ## every test but the slow ones
	.ci/in_step
	.ci/test --flags "$(FLAGS)"
	.ci/skipped $(FLAGS)

test-changed: .venv/installed ## tests of what changed since main, or since BASE, nearest first, about three minutes of them
	.ci/in_step
	.ci/test --flags "$(FLAGS)" --changed $(BASE)

test-all: FLAGS += slow
test-all: test ## the slow ones, too

benchmarks: .venv/installed ## speed and memory as ratios, into figures/benchmarks and benchmarks.md (keep the machine idle)
	for notebook in nbs/benchmarks/*.ipynb; do jupyter execute --inplace $$notebook && nbdev_clean --fname $$notebook || exit 1; done
	python -c 'from harnb.dev.benchmarks import write_benchmarks; write_benchmarks()'

lab: .venv/installed ## JupyterLab on the notebooks, with the first guide open
	jupyter lab nbs --LabApp.default_url=/lab/tree/guides/00_start.ipynb

# Not nbdev_docs, which would let Quarto write README.md and CONTRIBUTING.md anew.
docs: .venv/installed ## the docs site, into _docs (needs Quarto)
	rm -rf _proc
	nbdev_proc_nbs --n_workers 2
	python -c 'from harnb.dev.site import write_pages; write_pages("_proc")'
	cd _proc && quarto render --no-cache
	rm -rf _docs && mv _proc/_docs _docs

readme: .venv/installed ## README.md and CONTRIBUTING.md from their notebooks
	.ci/readme

data: .venv/installed ## make data NAME=home2
	harnb data get $(NAME)

.venv/installed: settings.ini setup.py .ci/constraints.txt
	"$(PYTHON)" -m venv .venv && pip install -q -c .ci/constraints.txt torch
	pip install -q -c .ci/constraints.txt -e '.[dev]' && touch $@

.PHONY: run test test-changed test-all benchmarks lab docs readme data
