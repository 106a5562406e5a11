#!/bin/sh
# Installs what tests with a real systemd need, on Debian and its kin, as root. Nothing of it is started on this machine.
set -eu
missing=
for name in dbus dbus-user-session libnss-systemd libpam-systemd systemd util-linux; do
  dpkg-query --show --showformat='${db:Status-Abbrev}' "$name" 2>&1 | grep -q '^ii' || missing="$missing $name"
done
[ -n "$missing" ] || exit 0
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update
# shellcheck disable=SC2086 -- a list of words
apt-get install --yes --no-install-recommends $missing
