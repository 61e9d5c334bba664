#!/bin/sh
# sitewright: trust-ca.sh
#
# Puts a certificate authority into the system's trust store.
#   trust-ca.sh PATH-OF-PEM
# Exit code 0: trusted; 1: could not be done; 2: wrong call; 3: this distribution's trust store is not known.
LC_ALL=C
PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export LC_ALL PATH
umask 022

authority=$1
if [ -z "$authority" ] || [ ! -r "$authority" ]; then
  echo "no readable certificate at '$authority'" >&2
  exit 2
fi

# install_into FOLDER NAME: copies beside the target and renames, so that the store never sees half a file.
install_into() {
  mkdir -p "$1" || exit 1
  if cmp -s "$authority" "$1/$2"; then return 0; fi
  cp "$authority" "$1/.$2.sitewright" && chmod 644 "$1/.$2.sitewright" && mv -f "$1/.$2.sitewright" "$1/$2" || exit 1
}

if command -v update-ca-certificates >/dev/null 2>&1; then
  if [ -d /etc/pki/trust/anchors ]; then
    anchors=/etc/pki/trust/anchors # SLES
  else
    anchors=/usr/local/share/ca-certificates # Debian, Ubuntu, UOS, Alpine
  fi
  install_into "$anchors" sitewright-ca.crt
  update-ca-certificates >/dev/null || exit 1
  echo "trusted: $anchors/sitewright-ca.crt by update-ca-certificates"
elif command -v update-ca-trust >/dev/null 2>&1; then
  anchors=/etc/pki/ca-trust/source/anchors # RHEL, Rocky, Alma, openEuler, Kylin, Anolis
  install_into "$anchors" sitewright-ca.crt
  update-ca-trust extract || exit 1
  echo "trusted: $anchors/sitewright-ca.crt by update-ca-trust"
elif command -v trust >/dev/null 2>&1; then
  trust anchor --store "$authority" || exit 1
  echo "trusted: by p11-kit trust"
else
  echo "no known trust store: neither update-ca-certificates nor update-ca-trust" >&2
  exit 3
fi
