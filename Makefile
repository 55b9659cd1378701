# What a person needs: `make run` to live in the city, `make test` to see it proven.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE := 1

# The sizes that `make bench` measures, in persons.
SIZES ?= 60000 600000 6000000

# Needs and lines of stock and offers that are matched.
MATCHED ?= 100000 20000

.PHONY: setup run test check bench vendor translations

setup: .venv/.ready

.venv/.ready: requirements-dev.txt tools/setup $(wildcard marketplace/translations/*/LC_MESSAGES/*.po)
	PYTHON="$(PYTHON)" bash tools/setup
	@touch $@

run: setup
	@exec $(BIN)/python -m marketplace.cli.serve

test: setup
	bash tools/debian-packages
	@$(MAKE) --no-print-directory .venv/.spark
	$(BIN)/python -m pytest $(ARGS)

.venv/.spark: requirements-spark.txt .venv/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.txt
	@touch $@

check: setup
	bash tools/check

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	$(BIN)/python -m bench $(SIZES) $(ARGS)
	$(BIN)/python -m bench.matching $(MATCHED)

vendor:
	bash tools/vendor

translations: setup
	bash tools/translations
