# How the team put a version on a host before Slipway: by hand, over SSH, as the deploy user.
# LAYOUT APP_FOLDER SHA REPOSITORY PYTHON TEXT_OF_ENV_FILE, read by `sh -eu -c`.
layout=$1 app=$2 sha=$3 repository=$4 python=$5 env=$6

# pip is used from ensurepip's wheel, by a line in the environment: nothing is unpacked where nothing is to be installed.
venv() {
    [ -x "$1/bin/python" ] || "$python" - "$1" <<'PY'
import ensurepip, pathlib, sys, venv
venv.create(sys.argv[1], symlinks=True)
folders = [getattr(ensurepip, "_WHEEL_PKG_DIR", None), pathlib.Path(ensurepip.__file__).parent / "_bundled"]
wheels = [wheel for folder in folders if folder for wheel in pathlib.Path(folder).glob("pip-*.whl")]
site = next(pathlib.Path(sys.argv[1]).glob("lib/python*/site-packages"))
(site / "pip.pth").write_text(f"{wheels[0]}\n")
PY
    if grep -qv '^#' "$2"; then "$1/bin/python" -m pip install -q -r "$2"; fi
}

releases() {
    release=$app/releases/$(printf %.12s "$sha")-byhand
    mkdir -p "$release" "$app/venvs"
    git --git-dir="$repository" archive --format=tar "$sha" | tar -x -C "$release"
    venv "$app/venvs/byhand" "$release/requirements.txt"
    ln -sfn "$app/venvs/byhand" "$release/.venv"
    ln -sfn "$app/shared/.env" "$release/.env"
    ln -sfn "$app/shared/chroma_db" "$release/chroma_db"
    ln -sfn "$release" "$app/current.new"
    mv -T "$app/current.new" "$app/current"
}

in_place() {
    [ -d "$app/.git" ] || git clone -q "$repository" "$app"
    cd "$app"
    git fetch -q origin
    git reset -q --hard "$sha"
    venv "$app/.venv" "$app/requirements.txt"
    [ -e .env ] || (umask 077 && printf %s "$env" > .env)
    mkdir -p chroma_db
    [ -e chroma_db/chroma.sqlite3 ] || echo vectors > chroma_db/chroma.sqlite3
}

$layout
