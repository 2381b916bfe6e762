#!/bin/sh
# What the real-component tests use of Debian, and gh for the bench. Root only. A policy-rc.d that answers 101 stands in
# place meanwhile, so that no package starts a daemon; it is put back as it was, whatever happens.
set -eu
[ "$(id -u)" = 0 ] || { echo "make system-packages installs Debian packages: run it as root. Nothing was changed." >&2; exit 1; }
policy=/usr/sbin/policy-rc.d
kept=$(mktemp -d)
[ ! -e $policy ] || cp -p $policy "$kept/policy-rc.d"
restore() {
    if [ -e "$kept/policy-rc.d" ]; then cp -p "$kept/policy-rc.d" $policy; else rm -f $policy; fi
    rm -rf "$kept"
}
trap restore EXIT
trap 'exit 1' INT TERM HUP
printf '#!/bin/sh\nexit 101\n' > $policy
chmod 755 $policy
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends \
    git make openssh-server sudo systemd dbus iproute2 python3-venv chromium fonts-noto-cjk \
    docker.io busybox-static gh > /dev/null
