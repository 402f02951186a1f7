# What a user types. `make up` needs Python >= 3.10 and make, and nothing else on the machine.

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
LOCAL  := $(CURDIR)/.local
# a copy of the tree without the package, to test one that is built
COPY   := $(LOCAL)/artifact
# how pip installs a lock, and then the package, which is built with the lock's setuptools
QUIET   := --quiet --disable-pip-version-check
LOCK    := $(QUIET) --require-hashes --requirement
PACKAGE := $(QUIET) --no-deps --no-build-isolation

.DEFAULT_GOAL := help
.PHONY: help org up preview refresh destroy test soak bench lint lock artifact picture clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# One stamp a lock: `make up` does not install what only the tests need. A .venv without pip is one
# whose making failed or was interrupted: it is made anew.
$(VENV)/.cli $(VENV)/.dev: $(VENV)/.%: pyproject.toml requirements/%.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "Python 3.10 or newer is needed; name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || { \
		echo "Making $(VENV)"; $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing requirements/$*.txt and the package into $(VENV)"
	@$(PY) -m pip install $(LOCK) requirements/$*.txt
	@$(PY) -m pip install $(PACKAGE) --editable .
	@touch $@

# The real CLI in a simulated org. The org and the stack's state live in $(LOCAL); the stack has a
# name that none of a real org will have. Ctrl-C reaches the CLI, which ends in order.
pulumi = cli=$$($(PYTHON) tools/pulumi/install.py --print-dir) && mkdir -p "$(LOCAL)/state" && \
	PATH="$$cli:$$PATH" PULUMI_HOME="$(LOCAL)/pulumi" PULUMI_BACKEND_URL="file://$(LOCAL)/state" \
	PULUMI_CONFIG_PASSPHRASE= PULUMI_SKIP_UPDATE_CHECK=true PULUMI_STACK=simulated \
	$(VENV)/bin/pulumi-widgets simulate --data "$(LOCAL)/org.journal" -- \
	sh -c 'pulumi stack select --create simulated >/dev/null && exec pulumi $(1)'

org: $(VENV)/.cli ## Serve the simulated org of `make up`, to see in a browser, until Ctrl-C
	@mkdir -p "$(LOCAL)" && exec $(VENV)/bin/pulumi-widgets simulate --data "$(LOCAL)/org.journal"

up: $(VENV)/.cli ## Deploy examples/quickstart to a simulated org with the real `pulumi up`
	@$(call pulumi,up --yes --skip-preview --refresh)
	@echo "The org and the stack's state are in .local/. What to try next:"
	@echo "  make up         again: everything is unchanged"
	@echo "  edit examples/quickstart/__main__.py, then make preview and make up"
	@echo "  make org        in another terminal: see the org in a browser, and change it by hand"
	@echo "  make refresh    compare the state with the org"
	@echo "  make destroy    delete the deployments"

preview: $(VENV)/.cli ## Show what `make up` would do
	@$(call pulumi,preview --diff --refresh)

refresh: $(VENV)/.cli ## Compare the stack's state with the simulated org
	@$(call pulumi,refresh --yes --skip-preview)

destroy: $(VENV)/.cli ## Delete what `make up` made
	@$(call pulumi,destroy --yes --skip-preview --remove)

lint: $(VENV)/.dev ## Ruff and mypy strict
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy

test: $(VENV)/.dev lint ## Everything: lint, unit tests, life cycles on the real CLI
	@$(PYTHON) tools/pulumi/install.py
	@$(PY) -m pytest -n auto --dist worksteal

soak: $(VENV)/.dev ## Faults, kills and the rate limit on the real CLI, for about half an hour
	@$(PYTHON) tools/pulumi/install.py
	@$(PY) -m pytest -n auto -m soak

# cli.txt holds nothing that dev.txt holds otherwise: one .venv has both
compile = $(VENV)/bin/uv pip compile --system-certs --quiet --upgrade --universal --generate-hashes \
	--python-version 3.10 --custom-compile-command 'make lock'
ours = pyproject.toml --extra cli
lock: $(VENV)/.dev ## Lock the newest of what pyproject.toml allows, in requirements/
	@$(compile) $(ours) --group dev --output-file requirements/dev.txt
	@$(compile) $(ours) --group build --constraints requirements/dev.txt --output-file requirements/cli.txt
	@$(compile) --group poetry --output-file requirements/poetry.txt
	@$(compile) --group postgresql --output-file requirements/postgresql.txt

# All import the installed package, since the copy lacks its folder; what needs that is marked `tree`.
artifact: ## Test a built wheel or sdist on the last commit's tests: make artifact FILE=dist/…
	@test -f "$(FILE)" || { echo "Name it: make artifact FILE=dist/…" >&2; exit 1; }
	@rm -rf $(COPY) && mkdir -p $(COPY)
	@git archive HEAD -- . ':!pulumi_widgets' | tar -x -C $(COPY)
	@$(PYTHON) -m venv $(COPY)/.venv
	@$(COPY)/.venv/bin/python -m pip install $(LOCK) requirements/dev.txt
	@$(COPY)/.venv/bin/python -m pip install $(PACKAGE) "$(FILE)"
	@$(COPY)/.venv/bin/python -m pip check
	@cli=$$($(PYTHON) tools/pulumi/install.py --print-dir) && cd $(COPY) && PATH="$$cli:$$PATH" \
		.venv/bin/python -m pytest -n auto --dist worksteal -m 'not soak and not tree' $(TESTS)

bench: $(VENV)/.dev ## Measure calls, time and memory anew: tests/bench/RESULTS.md
	@$(PYTHON) tools/pulumi/install.py
	@$(PY) -m tests.bench $(BENCH)

picture: $(VENV)/.dev ## Make the README's pictures anew, from a real run
	@$(PY) tools/picture/picture.py

clean: ## Remove what is made here: .venv, .local, the built CLI
	rm -rf $(VENV) .local Pulumi.simulated.yaml tools/pulumi/bin build dist *.egg-info
