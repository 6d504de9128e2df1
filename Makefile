# `make run` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
NAME ?= home2
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export HARNB_DATA ?= $(wildcard ../shared/data)
FLAGS := $(if $(HARNB_DATA),real) $(if $(shell command -v chromium),system)
SKIP := ^([_.]|experiments$$|results$$|benchmarks$$)

run: .venv/installed ## the whole line on the simulated home, from log to figures and tables
	harnb reproduce simulated

# Small models gain nothing from a second thread, and threads of two workers wait for each other. Experiments of one line build on one another; the two lines do not.
test: export OMP_NUM_THREADS ?= 1
test: export WANDB_MODE ?= disabled
test: .venv/installed ## every test but the slow ones
	.ci/in_step
	nbdev_test --n_workers 2 --timing --flags "$(FLAGS)" --skip_folder_re "$(SKIP)"
	nbdev_test --n_workers 1 --timing --flags "$(FLAGS)" --path nbs/experiments --file_re "^1\d\d_" & other=$$!; \
	nbdev_test --n_workers 1 --timing --flags "$(FLAGS)" --path nbs/experiments --skip_file_re "^([_.]|1\d\d_)" || { wait $$other; exit 1; }; wait $$other
	.ci/skipped $(FLAGS)

test-all: FLAGS += slow
test-all: test ## the slow ones, too

benchmarks: .venv/installed ## speed and memory as ratios, into figures/benchmarks and benchmarks.md (keep the machine idle)
	for notebook in nbs/benchmarks/*.ipynb; do jupyter execute --inplace $$notebook && nbdev_clean --fname $$notebook || exit 1; done
	python -c 'from harnb.core.benchmarks import write_benchmarks; write_benchmarks()'

lab: .venv/installed ## JupyterLab on the notebooks, with the first guide open
	jupyter lab nbs --LabApp.default_url=/lab/tree/guides/00_start.ipynb

docs: .venv/installed ## the docs site (needs Quarto)
	nbdev_docs

readme: .venv/installed ## README.md and CONTRIBUTING.md from their notebooks
	.ci/readme

data: .venv/installed ## make data NAME=home2
	harnb data get $(NAME)

.venv/installed: settings.ini setup.py
	"$(PYTHON)" -m venv .venv && pip install -q torch==2.13.0
	pip install -q -e '.[dev]' && touch $@

.PHONY: run test test-all benchmarks lab docs readme data
