#!/bin/sh
# Writes requirements/*.txt anew from pyproject.toml: every version pinned, every file by hash, no registry host named. Needs uv.
set -eu
lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@"
}
lock pyproject.toml -o requirements/run.txt
lock pyproject.toml --group dev -o requirements/dev.txt
lock --group pyproject.toml:emulators -o requirements/emulators.txt
lock --group pyproject.toml:bench -o requirements/bench.txt
