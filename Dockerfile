# Non-root, nothing but /data writable: docker run --read-only --cap-drop ALL -v slipway:/data …
FROM python:3.12-slim AS build
COPY requirements/run.txt /run.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /run.txt

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin slipway && install -d -o slipway /data
COPY --from=build /venv /venv
WORKDIR /app
COPY pyproject.toml LICENSE ./
COPY bot bot
COPY commands commands
COPY adapters adapters
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER slipway
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["/venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["/venv/bin/python", "-m", "bot"]
CMD ["run", "--config", "/data/config.toml"]
