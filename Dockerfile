# The app as a small image: no root, nothing written, and it says whether it is well.
#   docker build -t formula-explorer .
#   docker run --rm --read-only --tmpfs /tmp -p 8501:8501 formula-explorer

FROM node:22-slim AS plotly
WORKDIR /bundle
COPY ui/bundle .
RUN npm ci --ignore-scripts --no-audit --no-fund && npm run --silent build

FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 HOME=/tmp MALLOC_ARENA_MAX=2
WORKDIR /app

COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

COPY app.py ./
COPY .streamlit .streamlit
COPY formulas formulas
COPY notation notation
COPY charts charts
COPY ui ui
COPY pages pages
COPY --from=plotly /bundle/plotly.min.js ui/bundle/
# What the server would place and compile at its start, which it may not write later.
RUN python -c "from ui.assets import browser_files; browser_files()" \
    && python -m compileall -q app.py formulas notation charts ui pages

RUN useradd --no-create-home --uid 10001 explorer
USER 10001
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
ENTRYPOINT ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.headless=true"]
