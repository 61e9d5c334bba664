#!/bin/sh
# sitewright: registry-host.sh
#
# The registry that a site without one gets from the bundle, on the host that runs it.
#   registry-host.sh state   FOLDER SHA256 PORT DATA   what this host is and has; changes nothing
#   registry-host.sh receive FOLDER SHA256 BYTES FROM  the program from byte FROM on, on stdin
#   registry-host.sh start   FOLDER SHA256 PORT        starts it, or again where it runs already
#   registry-host.sh stop    FOLDER                    ends it, and takes it out of the start of the host
# FOLDER holds programs by their digest. The unit sitewright-registry.service is written beforehand; where no systemd runs, a
# process is started and FOLDER/pid names it.
# Exit code 0: done; 1: could not be done; 2: wrong call; 3: another program holds the port; 4: it does not start; 75: the
# program was cut on its way, and goes on there; 76: what arrived is not that program, and was dropped.
LC_ALL=C
PATH="$PATH:/usr/sbin:/usr/bin:/sbin:/bin"
export LC_ALL PATH
umask 022

operation=$1
folder=$2
unit=sitewright-registry.service
unit_file=/etc/systemd/system/$unit
settings=/etc/sitewright/registry
log=/var/log/sitewright-registry.log
[ -n "$folder" ] || {
  echo "name a folder" >&2
  exit 2
}

has_systemd() {
  [ -d /run/systemd/system ]
}

# Start time of a process: tells it from a later one with the same number.
started() {
  # Words of the line are meant to be split; the name of the program has no space.
  # shellcheck disable=SC2046
  set -- $(cat "/proc/$1/stat" 2>/dev/null)
  echo "${22:-}"
}

# Number of the running registry's process, or nothing.
own() {
  if has_systemd; then
    pid=$(systemctl show --property=MainPID "$unit" 2>/dev/null | sed 's/^MainPID=//')
    [ "${pid:-0}" = 0 ] || echo "$pid"
  elif [ -r "$folder/pid" ] && read -r pid moment <"$folder/pid" && [ -n "$moment" ]; then
    [ "$(started "$pid")" != "$moment" ] || echo "$pid"
  fi
}

# holder PORT: number and name of the process that listens there, "? ?" where it cannot be seen, or nothing.
holder() {
  sockets=$(awk -v port=":$(printf '%04X' "$1")" \
    '$4 == "0A" && substr($2, length($2) - 4) == port { print "socket:[" $10 "]" }' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  [ -n "$sockets" ] || return 0
  for socket in $sockets; do
    pid=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v socket="$socket" \
      '/^\/proc\// { split($0, path, "/"); pid = path[3] } $NF == socket { print pid; exit }')
    if [ -n "$pid" ]; then
      echo "$pid $(cat "/proc/$pid/comm" 2>/dev/null)"
      return 0
    fi
  done
  echo "? ?"
}

# One digest of everything that is read only when the registry starts.
inputs() {
  {
    echo "$1"
    for file in "$unit_file" "$settings/config.yml" "$settings/tls.crt" "$settings/tls.key"; do
      echo "$file"
      cat "$file" 2>/dev/null
    done
  } | sha256sum | cut -d ' ' -f 1
}

size() {
  if [ -f "$1" ]; then stat -c %s "$1"; else echo 0; fi
}

# The nearest folder that is there, and the line of df about it.
space() {
  near=$1
  while [ ! -d "$near" ]; do near=$(dirname "$near"); done
  echo "$near"
  df -Pk "$near" | tail -n 1
}

state() {
  digest=$1
  echo "== init"
  if has_systemd; then echo systemd; else echo none; fi
  echo "== program"
  if [ -x "$folder/registry-$digest" ]; then sha256sum <"$folder/registry-$digest" | cut -d ' ' -f 1; fi
  echo "== part"
  size "$folder/registry-$digest.part"
  echo "== program_space"
  space "$folder"
  echo "== data_space"
  space "$3"
  echo "== own"
  own
  echo "== holder"
  holder "$2"
  echo "== inputs"
  inputs "$digest"
  echo "== started"
  cat "$folder/started" 2>/dev/null
  echo "== blobs"
  if cd "$3/docker/registry/v2/blobs/sha256" 2>/dev/null; then ls -1 ./*/; fi
  echo "== end"
}

receive() {
  digest=$1
  bytes=$2
  part=$folder/registry-$digest.part
  mkdir -p "$folder" || exit 1
  [ "$3" != 0 ] || rm -f "$part"
  if [ "$(size "$part")" != "$3" ]; then
    echo "$part has $(size "$part") bytes, not $3" >&2
    exit 75
  fi
  # Nothing is kept on a disk that it fills up.
  cat >>"$part" || {
    rm -f "$part"
    exit 1
  }
  if [ "$(size "$part")" -lt "$bytes" ]; then
    echo "the program was cut: $(size "$part") of $bytes bytes" >&2
    exit 75
  fi
  found=$(sha256sum <"$part" | cut -d ' ' -f 1)
  if [ "$found" != "$digest" ]; then
    rm -f "$part"
    echo "SHA-256 is $found, not $digest" >&2
    exit 76
  fi
  chmod 755 "$part" || exit 1
  sync "$part" 2>/dev/null || sync
  mv -f "$part" "$folder/registry-$digest" || exit 1
  # Programs elsewhere than in the usual folders have no label that SELinux lets a service run.
  if command -v chcon >/dev/null 2>&1 && [ -d /sys/fs/selinux ]; then
    chcon -t bin_t "$folder/registry-$digest" 2>/dev/null || :
  fi
}

# Ends the process, patiently at first.
end_process() {
  pid=$(own)
  [ -n "$pid" ] || return 0
  kill "$pid"
  tries=0
  while [ -n "$(own)" ]; do
    tries=$((tries + 1))
    [ "$tries" -ne 10 ] || kill -KILL "$pid"
    sleep 1
  done
}

start() {
  digest=$1
  port=$2
  program=$folder/registry-$digest
  other=$(holder "$port")
  if [ -n "$other" ] && [ "${other%% *}" != "$(own)" ]; then
    echo "$other" >&2
    exit 3
  fi
  wanted=$(inputs "$digest")
  if has_systemd; then
    systemctl daemon-reload || exit 1
    systemctl enable --quiet "$unit" || exit 1
    systemctl restart "$unit" || said
  else
    end_process
    # Its own session, and none of the channel's pipes: it stays when this connection ends. Variables of the account could
    # change its settings, so it gets none of them.
    env -i OTEL_TRACES_EXPORTER=none setsid "$program" serve "$settings/config.yml" </dev/null >>"$log" 2>&1 &
    echo "$! $(started $!)" >"$folder/pid"
  fi
  tries=0
  while :; do
    pid=$(own)
    other=$(holder "$port")
    [ -z "$pid" ] || [ "${other%% *}" != "$pid" ] || break
    tries=$((tries + 1))
    if [ "$tries" -ge 30 ] || { [ -z "$pid" ] && [ "$tries" -ge 5 ]; }; then said; fi
    sleep 1
  done
  echo "$wanted" >"$folder/started" || exit 1
  for old in "$folder"/registry-*; do
    [ "$old" = "$program" ] || rm -f "$old"
  done
}

# It does not start: its own last words, and no endless attempts.
said() {
  if has_systemd; then
    # The unit's own words are those of an attempt before, which the status does not show.
    systemctl status --no-pager --full --lines 0 "$unit" >&2
    journalctl --unit "$unit" --no-pager --lines 20 --output cat >&2
    systemctl stop "$unit"
  else
    tail -n 20 "$log" >&2
    end_process
  fi
  exit 4
}

stop() {
  if has_systemd; then
    systemctl disable --quiet --now "$unit" || exit 1
  else
    end_process
  fi
}

shift 2
case "$operation" in
  state | receive) [ $# -eq 3 ] ;;
  start) [ $# -eq 2 ] ;;
  stop) [ $# -eq 0 ] ;;
  *) false ;;
esac || {
  echo "unknown operation: $operation" >&2
  exit 2
}
"$operation" "$@"
