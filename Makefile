# make run · make test · make check · make bench. Each sets up what it needs.

# The first of these that is Python 3.11, 3.12 or 3.13; choose another with make PYTHON=…
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
PORT ?= 8501
BIN := .venv/bin
# A browser window opens by itself where there is a screen.
HEADLESS := $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),false,true)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: run test check bench clean free
.DELETE_ON_ERROR:

run: free .venv/run
	@$(BIN)/python -m streamlit run app.py --server.port $(PORT) --server.headless $(HEADLESS)

# Before anything is set up: another dashboard on the port would be taken for this one.
free:
	@$(PYTHON) -c 'import socket; socket.socket().connect(("127.0.0.1", $(PORT)))' 2>/dev/null \
		&& { echo "Something answers on port $(PORT) already, another dashboard perhaps. Choose another port: make run PORT=8502"; exit 1; } || true

test: .venv/test
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

bench: .venv/test
	@for b in finetune store store_contention pages kill audit coverage attribution attention answers; do echo "== $$b"; $(BIN)/python -m benchmarks.$$b || exit 1; done

clean:
	rm -rf .venv build

# Stamps: a file per finished step, so that a second start takes seconds.
.venv/made:
	@test -n "$(PYTHON)" || { echo "FM Commons needs Python 3.11, 3.12 or 3.13; found none. Install one, or name it: make PYTHON=/path/to/python3.12 run"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; rm -rf .venv; exit 1; }
	@touch $@

.venv/run: .venv/made requirements.txt
	@echo "Setting up FM Commons; the first time takes some minutes …"
	$(PIP) -r requirements.txt
	@touch $@

.venv/test: .venv/made requirements.txt requirements-dev.txt tests/machine.sh
	$(PIP) -r requirements-dev.txt
	sh tests/machine.sh $(BIN)/python
	@touch .venv/run $@
