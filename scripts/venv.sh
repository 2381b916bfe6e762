#!/bin/sh
# Makes .venv and installs one lock file into it, by hash: venv.sh run|dev. What must not share our versions gets an
# environment of its own inside: venv.sh emulators|bench. Nothing outside .venv is touched.
set -eu
list=$1
case $list in run | dev) home=.venv ;; *) home=.venv/$list ;; esac
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Slipway needs Python 3.11 or newer; $python is $("$python" -V 2>&1). Nothing was installed. Try: make PYTHON=python3.12 ..." >&2
    exit 1
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    echo "This Python has no venv module. Nothing was installed. On Debian, as root: apt-get install python3-venv" >&2
    exit 1
}
[ -x $home/bin/python ] || "$python" -m venv $home
echo "setting up $home from requirements/$list.txt ..."
$home/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$list.txt"
touch ".venv/.$list"
if [ "$list" = dev ]; then touch .venv/.run; fi
