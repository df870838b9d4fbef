# Deux commandes suffisent : « make run » et « make test ». Le reste sert à qui développe.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
STAMP := $(VENV)/.installe

.PHONY: run test check fmt audit lock clean

$(STAMP): requirements.txt requirements-dev.txt pyproject.toml
	@echo "Installation de l’environnement (une minute la première fois)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Il manque le paquet Debian « python3-venv » : apt install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: $(STAMP)
	@$(BIN)/maillage demo --port $(PORT)

test: $(STAMP)
	@sh tests/lancer.sh

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy maillage
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint maillage
	$(BIN)/maillage check --fail-level WARNING
	$(BIN)/maillage makemigrations --check --dry-run

fmt: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/djlint --reformat --quiet maillage || true

audit: $(STAMP)
	sh tests/audit.sh

lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 --extra plan -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 --extra plan --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build
