#!/bin/sh
# A throw-away host: this machine's own systemd as PID 1 of its own namespaces, over a disk that lives in memory.
#
#   boot.sh FOLDER NAME CGROUP APP_SIZE APP_INODES
#
# FOLDER/seed/root is laid over the root file system once; FOLDER itself appears inside at the same path. Orders are
# read from standard input, one a line: "on" boots (the pid of PID 1 is then in FOLDER/pid), "off" cuts the power: what
# is on the disk stays. The end of standard input ends everything, so that the host never outlives whoever holds the
# other end.
set -eu
mode=keep
case $1 in --*) mode=${1#--}; shift ;; esac
folder=$1 name=$2 cgroup=$3
disk=$folder/disk root=$folder/disk/root host=

off() {
    [ -n "$host" ] || return 0
    # PID 1 of a pid namespace takes all the others with it, and unshare ends when the last of them is gone. A host that
    # switched itself off has left a pid that may be anybody's by now: hence the look at its parent.
    if first=$(cat "$folder/pid" 2>/dev/null) && read -r _ _ _ parent _ 2>/dev/null < "/proc/$first/stat" &&
        [ "$parent" = "$host" ]; then
        kill -KILL "$first" 2>/dev/null || true
    else
        kill -KILL "$host" 2>/dev/null || true
    fi
    wait "$host" 2>/dev/null || true
    host=
    rm -f "$folder/pid"
    find "$cgroup" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || true
}

on() {
    mkdir -p "$cgroup"
    setpriv --pdeathsig KILL unshare --fork --kill-child=KILL --pid \
        sh -eu "$0" --join "$folder" "$name" "$cgroup" < /dev/null &
    host=$!
}

# PID 1 to be joins its cgroup before it unshares: that makes it the root of the host's own cgroup namespace. Its parent
# stays outside, for cgroup2 gives no controllers to the children of a group that has members.
join() {
    echo 0 > "$cgroup/cgroup.procs"
    exec unshare --mount --uts --ipc --cgroup sh -eu "$0" --inside "$folder" "$name" "$cgroup"
}

inside() {
    # /proc still belongs to the machine here, so this is the pid by which the outside knows us.
    read -r pid _ < /proc/self/stat
    mount -t proc proc "$root/proc"
    mount --bind "$root/etc/boot_id" "$root/proc/sys/kernel/random/boot_id"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    mkdir "$root/dev/pts" "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    for node in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "$root/dev/${node%:*}" c 1 "${node#*:}"; done
    mknod -m 666 "$root/dev/tty" c 5 0
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    for n in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${n%:*}" "$root/dev/${n#*:}"; done
    # journald takes this mark as "the disk is there": it writes to /var/log/journal from its first line on.
    mkdir -p "$root/run/systemd/journal"
    : > "$root/run/systemd/journal/flushed"
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
    hostname "$name"
    cd "$root"
    mkdir -p .machine
    pivot_root . .machine
    umount -l /.machine
    echo "$pid" > "$folder/pid.new"
    mv "$folder/pid.new" "$folder/pid"
    exec env -i container=playground PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        /lib/systemd/systemd --system --unit=playground.target --log-target=journal --show-status=0
}

case $mode in join) join ;; inside) inside ;; esac
size=$4 inodes=$5

over() {
    off
    rmdir "$cgroup" 2>/dev/null || true
    umount -R "$disk" 2>/dev/null || umount -l "$disk" 2>/dev/null || true
    rmdir "$disk" 2>/dev/null || true
}
trap over EXIT
trap 'exit 0' TERM INT HUP

mount --make-rprivate /
mkdir -p "$disk"
mount -t tmpfs -o mode=755 tmpfs "$disk"
mkdir "$disk/upper" "$disk/work" "$root" "$disk/app"
mount -t overlay overlay -o "lowerdir=/,upperdir=$disk/upper,workdir=$disk/work" "$root"
# What the machine itself starts at boot (its daemons, udev, consoles) and allows is no part of this host.
rm -rf "$root"/etc/sudoers.d/* "$root"/usr/lib/systemd/system/*.wants \
    "$root"/etc/systemd/system/*.wants "$root"/etc/systemd/system/*.requires
cp -a "$folder/seed/root/." "$root/"
mkdir -p "$root/app"
mount -t tmpfs -o "mode=755,size=$size,nr_inodes=$inodes" tmpfs "$root/app"
[ ! -d "$folder/seed/root/app" ] || cp -a "$folder/seed/root/app/." "$root/app/"

while read -r order; do
    case $order in
        on) on ;;
        off) off; echo off ;;
    esac
done
