#!/bin/sh
# What process 1 of new namespaces does until systemd takes its place: makes a root in memory, and moves into it.
# The machine's programs are there, read-only, and nothing else of it. When this process dies all of it is gone.
# Arguments: this checkout, node; then users, as NAME:UID. Says its pid, as the world outside numbers it.
set -eu
package=$1 node=$2
shift 2

read -r pid _ < /proc/self/stat
echo "$pid"

readonly_bind() {
  mount --bind "$1" "$2"
  mount -o remount,bind,ro "$2"
}

mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /run
cd /run
mkdir -p dev etc/systemd/system home opt/node/bin opt/samebox proc root run srv sys tmp usr \
  var/lib var/log/journal var/tmp old
chmod 700 root
chmod 1777 tmp var/tmp
ln -s /run var/run
mount -t tmpfs -o mode=755 tmpfs run

# The machine's programs.
readonly_bind /usr usr
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$name" ]; then
    cp -P "/$name" .
  elif [ -d "/$name" ]; then
    mkdir "$name"
    readonly_bind "/$name" "$name"
  fi
done

# samebox, where an installation under a prefix of its own could have put it.
touch opt/node/bin/node
readonly_bind "$node" opt/node/bin/node
readonly_bind "$package" opt/samebox
if [ -L "$package/node_modules" ]; then
  modules=$(readlink -f "$package/node_modules")
  mkdir -p ".$modules"
  readonly_bind "$modules" ".$modules"
fi

# Of the machine's settings only those that its programs can't do without.
for name in alternatives dbus-1 group ld.so.cache ld.so.conf ld.so.conf.d login.defs nsswitch.conf pam.d security; do
  [ ! -e "/etc/$name" ] || cp -a "/etc/$name" etc/
done
grep -E '^(root|daemon|nobody|messagebus|polkitd|systemd-[a-z]+):' /etc/passwd > etc/passwd
echo '127.0.0.1 localhost' > etc/hosts
echo bench > etc/hostname
echo 5a3eb0c5000040008000000000000001 > etc/machine-id
# Nobody sits at a console, and the machine's kernel is not to be changed.
for unit in console-getty.service getty.target modprobe@.service systemd-journald-audit.socket systemd-sysctl.service \
  systemd-sysusers.service; do
  ln -s /dev/null "etc/systemd/system/$unit"
done

for user in "$@"; do
  name=${user%:*} uid=${user#*:}
  echo "$name:*:$uid:$uid::/home/$name:/bin/sh" >> etc/passwd
  echo "$name:x:$uid:" >> etc/group
  mkdir -m 700 "home/$name"
  chown "$uid:$uid" "home/$name"
done

mount -t tmpfs -o mode=755,nosuid tmpfs dev
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
mknod -m 600 dev/console c 1 3
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,mode=620,ptmxmode=666,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr

mount -t proc -o nosuid,nodev,noexec proc proc
readonly_bind proc/sys proc/sys
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup

pivot_root . old
umount --lazy /old
rmdir /old
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=test \
  setpriv --bounding-set=-sys_module,-sys_time,-sys_rawio,-sys_boot /lib/systemd/systemd --unit=multi-user.target
