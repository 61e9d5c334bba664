#!/bin/sh
# sitewright: node-images.sh
#
# Images in the containerd of this node, by `ctr`, without a file on the way.
#   node-images.sh state SOCKET NAMESPACE                       "-" as SOCKET: the first known one that is there
#   node-images.sh import SOCKET NAMESPACE SNAPSHOTTER BYTES NAME...   an OCI tar of BYTES on stdin; then labels the names
# Frame on stdout:  == SECTION / its output. `import` says "." every few seconds on stderr while it works.
# Exit codes: 1 containerd refused; 2 wrong call; 3 no ctr here; 4 containerd does not answer; 75 the tar was cut.
LC_ALL=C
PATH="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin:/var/lib/rancher/rke2/bin:$PATH"
export LC_ALL PATH
umask 077

operation=$1
socket=$2
namespace=$3

if command -v ctr >/dev/null 2>&1; then
  program=ctr
elif command -v k3s >/dev/null 2>&1; then
  program="k3s ctr"
else
  echo "neither ctr nor k3s is on this host" >&2
  exit 3
fi

if [ "$socket" = - ]; then
  socket=/run/containerd/containerd.sock
  for known in /run/containerd/containerd.sock /run/k3s/containerd/containerd.sock; do
    if [ -S "$known" ]; then
      socket=$known
      break
    fi
  done
fi

containers() {
  # Words of $program are meant to be split: "k3s ctr".
  $program --address "$socket" --namespace "$namespace" "$@"
}

state() {
  echo "== socket"
  echo "$socket"
  echo "== version"
  containers version || exit 4
  echo "== architecture"
  uname -m
  echo "== space"
  root=$(containers plugins ls -d id==content | sed -n 's/^[[:space:]]*root[[:space:]][[:space:]]*//p' | head -n 1)
  root=${root:-/var/lib/containerd}
  echo "$root"
  # A new containerd makes the folder with its first blob.
  while [ ! -d "$root" ]; do root=$(dirname "$root"); done
  df -Pk "$root" | tail -n 1
  echo "== content"
  containers content ls || exit 1
  echo "== images"
  containers images ls || exit 1
  echo "== check"
  # The snapshotter of the kubelet's runtime is the one that most unpacked images name.
  snapshotter=$(containers content ls | sed -n 's/.*gc\.ref\.snapshot\.\([a-z0-9-]*\)=.*/\1/p' | sort | uniq -c | sort -rn | sed -n '1s/^ *[0-9]* //p')
  CONTAINERD_SNAPSHOTTER=${snapshotter:-overlayfs}
  export CONTAINERD_SNAPSHOTTER
  containers images check || exit 1
  echo "== snapshotter"
  echo "$CONTAINERD_SNAPSHOTTER"
  echo "== end"
}

# Start time of a process: tells it from a later one with the same number.
started() {
  # Words of the line are meant to be split; the name of a shell has no space.
  # shellcheck disable=SC2046
  set -- $(cat "/proc/$1/stat" 2>/dev/null)
  echo "${22:-}"
}

# An import whose laptop went away without a word still holds its blobs: it is ended before the next one begins.
end_abandoned() {
  if read -r process moment group <"$work/owner" 2>/dev/null; then
    if [ -n "$moment" ] && [ "$(started "$process")" = "$moment" ]; then
      kill -KILL -"$group" 2>/dev/null
    fi
  fi
  rm -rf "$work"
}

import_images() {
  CONTAINERD_SNAPSHOTTER=$1
  export CONTAINERD_SNAPSHOTTER
  bytes=$2
  shift 2
  work=/run/sitewright-images-$(echo "$socket $namespace" | cksum | sed 's/ .*//')
  end_abandoned
  mkdir -m 700 "$work" || exit 1
  # shellcheck disable=SC2046
  group=$(set -- $(cat /proc/$$/stat) && echo "$5")
  echo "$$ $(started $$) $group" >"$work/owner"
  mkfifo "$work/tar" || exit 1
  importer=
  heart=
  finish() {
    # Killed, not ended: an import that sees the end of its input drops everything that it took. A killed one leaves a
    # lease of 24 hours behind, and the next import sends only what lacks.
    [ -z "$importer" ] || kill -KILL "$importer" 2>/dev/null
    [ -z "$heart" ] || kill "$heart" 2>/dev/null
    rm -rf "$work"
  }
  trap finish EXIT
  # Whoever is to be told may be gone: a message into a closed pipe must not end this before its end.
  trap 'exit 143' HUP INT TERM PIPE

  # The sleep holds none of the channel's pipes, so that it does not keep the channel open when it is left over.
  (while sleep 5 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do echo . >&2; done) &
  heart=$!
  # Since 1.7 an import goes through a service of the server, which drops what it took when its client goes.
  local=
  if containers images import --help | grep -q -e --local; then local=--local; fi
  # shellcheck disable=SC2086
  $program --address "$socket" --namespace "$namespace" images import $local - <"$work/tar" >&2 &
  importer=$!
  exec 3>"$work/tar"
  taken=$(dd bs=1048576 2>&1 >&3 3>&- | sed -n 's/^\([0-9][0-9]*\) bytes.*/\1/p')
  # No figure: the importer ended first, and says why itself.
  if [ -n "$taken" ] && [ "$taken" != "$bytes" ]; then
    echo "the tar was cut: $taken of $bytes bytes" >&2
    exit 75
  fi
  exec 3>&-
  wait "$importer"
  code=$?
  importer=
  [ "$code" -eq 0 ] || exit 1
  for name in "$@"; do
    containers images label "$name" io.cri-containerd.image=managed io.cri-containerd.pinned=pinned >/dev/null || exit 1
  done
}

case "$operation" in
  state) state ;;
  import)
    shift 3
    import_images "$@"
    ;;
  *)
    echo "unknown operation: $operation" >&2
    exit 2
    ;;
esac
