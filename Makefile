# Developers' habits. `make check` takes seconds; ./test runs it first.
PY = .venv/bin/python

.PHONY: check format bench
check:
	$(PY) -m ruff format --check --quiet .
	$(PY) -m ruff check --quiet .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache
	node_modules/.bin/tsc --project court/static/tsconfig.json

format:
	$(PY) -m ruff format --quiet .
	$(PY) -m ruff check --quiet --fix .

bench:
	$(PY) -m benchmarks
