# make run: start the app. make dev: the same, and a change of the code shows at once.
# make test: prove it. All install what they need.

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
# See ui/one_thread.py; glibc keeps less memory that nobody uses with fewer arenas.
export OPENBLAS_NUM_THREADS := 1
export MALLOC_ARENA_MAX := 2
BIN := $(VENV)/bin
# The oldest Streamlit that requirements.txt allows, and an environment for it.
OLDEST := 1.62
OLD := .venv-oldest

# Plotly with the kinds of traces that are drawn here alone: a quarter of the whole.
SMALL_PLOTLY := ui/bundle/plotly.min.js
BUNDLER := .cache/bundle

.PHONY: run dev plotly test lint unit search browser test-firefox test-oldest test-pytorch site test-site \
  bench cheat-sheet screenshots clean

run: $(VENV)/run.stamp
	@echo "Formula explorer: http://localhost:$(PORT)"
	@$(BIN)/streamlit run app.py --server.port $(PORT) --server.headless true

dev: $(VENV)/run.stamp
	@$(BIN)/streamlit run app.py --server.port $(PORT) --server.fileWatcherType auto \
	  --client.showErrorDetails full

# Optional, needs Node: lessons open faster. Without it the Python package's Plotly is served.
plotly: $(SMALL_PLOTLY)

$(SMALL_PLOTLY): ui/bundle/entry.js ui/bundle/build.mjs ui/bundle/package-lock.json
	mkdir -p $(BUNDLER)
	cp $^ ui/bundle/package.json $(BUNDLER)
	cd $(BUNDLER) && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent build
	cp $(BUNDLER)/plotly.min.js $@

test: lint unit browser

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

unit: $(VENV)/dev.stamp
	$(BIN)/python tests/pdflatex.py
	$(BIN)/pytest -n auto --dist worksteal \
	  -m "not browser and not firefox and not library and not site"

# Optional: the tests on drawn examples, ten times, each time with others.
search: $(VENV)/dev.stamp
	for round in 1 2 3 4 5 6 7 8 9 10; do \
	  $(BIN)/pytest -n auto --dist worksteal -m "hypothesis and not browser" \
	    --hypothesis-profile=search || exit 1; \
	done

browser: $(VENV)/dev.stamp
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/pytest -n 2 --dist worksteal -m browser tests/browser

test-firefox: $(VENV)/dev.stamp
	$(BIN)/python tests/firefox/driver.py
	$(BIN)/pytest -m firefox tests/firefox

test-oldest: $(OLD)/dev.stamp
	$(OLD)/bin/python tests/browser/chromium.py
	$(OLD)/bin/pytest -n auto --dist worksteal ui tests/ui tests/pages
	$(OLD)/bin/pytest -n 2 --dist worksteal tests/browser/test_mount.py tests/browser/test_around.py

test-pytorch: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-pytorch.txt
	$(BIN)/pytest -m library tests/libraries

bench: $(VENV)/dev.stamp
	$(BIN)/python benchmarks/backend.py
	$(BIN)/python benchmarks/mutation.py
	$(BIN)/python benchmarks/live.py

# Also: python -m site_build --cdn (a small folder), --out FOLDER.
site: $(VENV)/run.stamp $(SMALL_PLOTLY)
	$(BIN)/python -m site_build

test-site: $(VENV)/dev.stamp site
	$(BIN)/python tests/browser/chromium.py
	$(BIN)/python tests/firefox/driver.py
	$(BIN)/pytest -m site tests/site

cheat-sheet: $(VENV)/dev.stamp
	$(BIN)/python scripts/cheat_sheet.py

screenshots: $(VENV)/dev.stamp
	$(BIN)/python scripts/screenshots.py

$(VENV)/python.stamp $(OLD)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/it"; exit 1; }
	$(PYTHON) -m venv $(@D)
	@touch $@

$(VENV)/run.stamp: requirements.txt $(VENV)/python.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(OLD)/dev.stamp: requirements-dev.txt requirements.txt $(OLD)/python.stamp
	$(OLD)/bin/python -m pip install --quiet --disable-pip-version-check \
	  -r requirements-dev.txt "streamlit==$(OLDEST).*"
	@touch $@

clean:
	rm -rf $(VENV) $(OLD) $(SMALL_PLOTLY) static site .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis screenshots
