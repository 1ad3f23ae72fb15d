#!/bin/sh
# Becomes one lab host; called as: boot-host.sh NSPAWN ARGUMENT...
# Its cgroup first, so that cutting its power is one write; then mounts that nobody else sees, which go when it goes.
set -e
exec </dev/null >>"$LAB_CONSOLE" 2>&1
echo $$ >"$LAB_CGROUP/cgroup.procs"
exec unshare --mount --propagation private sh -ec '
    if mountpoint -q /sys/fs/cgroup; then umount -R /sys/fs/cgroup; fi
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mount -t overlay overlay -o "lowerdir=$LAB_LOWER,upperdir=$LAB_UPPER,workdir=$LAB_WORK" "$LAB_ROOT"
    exec "$@"' boot-host "$@"
