# Developers' habits. `make check` takes seconds; ./test runs it first.
PY = .venv/bin/python

.PHONY: check format bench bench-peers
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

# What group `papers` is measured beside; WeasyPrint wants Debian's libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0.
bench-peers:
	$(PY) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --require-hashes -r requirements/bench.lock
