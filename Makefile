# Works with macOS's make (GNU 3.81) and in a folder whose name has spaces: every path that make sees is relative.

pythons := python3.14 python3.13 python3.12 python3.11 python3 python
lesson := 00-start-here.ipynb
folder := $(or $(FOLDER),notebooks)
lab_port := $(or $(PORT),8888)
serve_port := $(or $(PORT),4570)
demo_port := $(or $(PORT),8866)
long := $(addprefix tests/,attacks/test_executed_is_judged.py attacks/test_two_operations.py attacks/test_copy_source.py \
	attacks/test_paths.py attacks/test_json_values.py adversary/test_judged.py)

learners := tests/test_course.py::test_a_learners_run_stores_the_same_bytes_again

# Every program that the tests start would compile all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE

# JupyterLab and its kernels read our settings and keep theirs here: nobody's own are read or changed.
export JUPYTER_CONFIG_PATH := $(CURDIR)/.jupyter
export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/jupyter/config
export JUPYTER_DATA_DIR := $(CURDIR)/.venv/jupyter/data
export IPYTHONDIR := $(CURDIR)/.venv/ipython

.PHONY: help lab test demo soak attacks check types screens serve course diagrams venv pins clean
.NOTPARALLEL:

help: ## say what there is to make
	@echo "Two commands do everything, make lab and make test. All of them:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 16
	@echo "PORT=9000 is the port of lab, demo or serve, BROWSER=none opens no browser, FOLDER=trainer is the trainer's set, PYTHON=python3.13 makes .venv with that one."

lab: venv ## open the lessons in JupyterLab
	@echo "Opening $(folder)/$(lesson) in JupyterLab on port $(lab_port). Ctrl+C ends it."
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(if $(filter trainer,$(folder)),STSSIM_PROGRESS=off) \
		.venv/bin/python -m jupyterlab -y --ServerApp.log_level=WARN --LabApp.log_level=WARN \
		--ServerApp.root_dir=$(folder) --LabApp.default_url=/lab/tree/$(lesson) \
		--ServerApp.port=$(lab_port) $(if $(PORT),--ServerApp.port_retries=0) \
		$(if $(filter none,$(BROWSER)),--no-browser) $(if $(filter 0,$(shell id -u)),--allow-root)

test: check ## check style and types, run every test and every notebook
	@echo "Running the tests, and the notebooks cell by cell, two files at a time."
	@.venv/bin/python -m pytest --nbval --nbval-current-env -n 2 --dist loadfile $(addprefix --ignore=,$(long)) --deselect $(learners) tests $(wildcard notebooks) $(PYTEST)
	@echo "Everything passed: style, types, tests, notebooks."

demo: venv ## show the scenarios without code, on a projector or a phone
	@.venv/bin/python -m stssim.demo --port $(demo_port) $(if $(filter none,$(BROWSER)),--no-browser)

soak: venv ## load the server for a minute, assume a role 100,000 times, spoil 30,000 requests
	@echo "Soaking the server: this takes about three minutes, on a slow machine ten."
	@STSSIM_FAULTS=10000 .venv/bin/python -m pytest -q tests/soak.py

attacks: venv ## run what takes longest: every operation with noise around it, every answer judged twice, every player
	@echo "Running the longest tests: this takes about fifteen minutes, on a slow machine thirty."
	@STSSIM_WHOLE=1 .venv/bin/python -m pytest -q -n 2 $(long) tests/browser/test_one_screen.py $(learners)

check: venv ## check style and types alone
	@echo "Checking style (ruff)."
	@.venv/bin/python -m ruff check --quiet . && .venv/bin/python -m ruff format --check --quiet .
	@echo "Checking types (mypy --strict)."
	@.venv/bin/python -m mypy --no-error-summary
	@.venv/bin/python -m tools.front_end --offline

types: venv ## check the types of the player's JavaScript (downloads TypeScript once)
	@.venv/bin/python -m tools.front_end

screens: venv ## photograph every state of everything there is to see, on one page
	@.venv/bin/python -m tools.screens

serve: venv ## answer the AWS CLI and SDKs over HTTP
	@.venv/bin/python -m stssim serve --port $(serve_port)

venv: ## make .venv from requirements.txt, if it is not there
	@if [ -z "$$PYTHON" ] && .venv/bin/python -c '' 2>/dev/null && \
		[ "$$(cat .venv/made-from 2>/dev/null)" = "$$(pwd -P; cat requirements.txt)" ]; then exit; fi; \
	bare=; for python in $(if $(PYTHON),"$$PYTHON",$(pythons)); do \
		new_enough='import sys; sys.exit(sys.version_info < (3, 11))'; \
		"$$python" -c "$$new_enough" 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null && exec "$$python" tools/environment.py; \
		bare="$$python"; \
	done; \
	if [ -n "$$bare" ]; then \
		echo "$$bare cannot make a virtual environment; on Debian and Ubuntu, sudo apt install python3-venv mends that." >&2; \
	elif [ -n "$$PYTHON" ]; then \
		echo "$$PYTHON is not Python 3.11 or newer." >&2; \
	else \
		echo "Python 3.11 or newer is needed, and none was found; with PYTHON=/path/to/python3, make takes that one." >&2; \
	fi; exit 1

course: venv ## run the notebooks' sources and store the learner's set and the trainer's
	@.venv/bin/python -m tools.course

diagrams: venv ## draw the pictures anew, from real calls
	@.venv/bin/python -m diagrams.draw

pins: ## pin requirements.txt anew from pyproject.toml (with uv; UV=--upgrade for the newest)
	@UV_CUSTOM_COMPILE_COMMAND="make pins" uv pip compile --quiet --universal --python-version 3.11 --all-extras \
		--generate-hashes $(UV) pyproject.toml --output-file requirements.txt

clean: ## delete .venv and every cache
	@rm -rf .venv tools/front_end/node_modules screens .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +
