#!/bin/sh
# sitewright: reload-service.sh
#
# Makes a service read its certificate anew: reload where the unit can, restart where it cannot.
#   reload-service.sh SERVICE                 docker-registry, postgresql, or the name of a unit
# Exit code 0: done; 1: systemd refused; 2: wrong call; 3: no such unit here.
LC_ALL=C
PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export LC_ALL PATH

service=$1
case "$service" in
  '' | -*)
    echo "name a service" >&2
    exit 2
    ;;
  docker-registry) names="docker-registry registry docker-distribution" ;;
  postgresql) names="postgresql" ;;
  *) names=$service ;;
esac

if ! command -v systemctl >/dev/null 2>&1; then
  echo "systemctl is not there" >&2
  exit 3
fi

exists() {
  systemctl cat "$1.service" >/dev/null 2>&1
}

reload() {
  if systemctl reload-or-restart "$1.service"; then
    echo "reloaded: $1"
    exit 0
  fi
  systemctl status --no-pager --lines=20 "$1.service" >&2
  exit 1
}

for name in $names; do
  if exists "$name"; then reload "$name"; fi
done

# PostgreSQL's packages name their units by version: the running one is meant.
if [ "$service" = postgresql ]; then
  for name in $(systemctl list-units --type=service --state=active --plain --no-legend 'postgresql-*' 'postgresql@*' | sed 's/[[:space:]].*//; s/\.service$//'); do
    reload "$name"
  done
fi

echo "no unit of the service $service: $names" >&2
exit 3
