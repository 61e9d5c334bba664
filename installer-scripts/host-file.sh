#!/bin/sh
# sitewright: host-file.sh
#
# One file operation with the rights of the account that runs it; used where SFTP is absent or has too few rights.
#   host-file.sh read PATH
#   host-file.sh write PATH PART BYTES MODE UID GID     content on stdin; UID and GID may be "-"
#   host-file.sh folder PATH MODE UID GID
#   host-file.sh stat PATH                              prints "type size mode uid gid"
#   host-file.sh list PATH                              names, each followed by a NUL byte
#   host-file.sh remove PATH
# Exit code 44: the path is not there.
LC_ALL=C
PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export LC_ALL PATH
umask 022

operation=$1
path=$2

missing() {
  [ ! -e "$1" ] && [ ! -L "$1" ]
}

# own PATH UID GID: sets the owner and group that are not "-".
own() {
  if [ "$2" != - ]; then chown "$2" "$1" || return 1; fi
  if [ "$3" != - ]; then chgrp "$3" "$1" || return 1; fi
}

case "$operation" in
  read)
    if missing "$path"; then exit 44; fi
    exec cat "$path"
    ;;
  write)
    part=$3
    bytes=$4
    if [ -d "$path" ]; then
      echo "$path is a folder" >&2
      exit 1
    fi
    rm -f "$part" || exit 1
    trap 'rm -f "$part"' EXIT
    trap 'exit 1' HUP INT TERM
    # -C refuses to follow a link that somebody planted under the temporary name.
    (umask 077 && set -C && cat >"$part") || exit 1
    # A cut connection looks like the end of the content; a short file must not replace the old one.
    if [ "$(wc -c <"$part")" -ne "$bytes" ]; then
      echo "the content was cut" >&2
      exit 1
    fi
    own "$part" "$6" "$7" || exit 1
    chmod "$5" "$part" || exit 1
    sync "$part" 2>/dev/null || :
    mv -f "$part" "$path" || exit 1
    ;;
  folder)
    mkdir -p "$path" || exit 1
    own "$path" "$4" "$5" || exit 1
    chmod "$3" "$path" || exit 1
    ;;
  stat)
    if missing "$path"; then exit 44; fi
    type=other
    if [ -L "$path" ]; then
      type=link
    elif [ -d "$path" ]; then
      type=folder
    elif [ -f "$path" ]; then
      type=file
    fi
    rights=$(stat -c '%s %a %u %g' "$path") || exit 1
    echo "$type $rights"
    ;;
  list)
    if missing "$path"; then exit 44; fi
    for entry in "$path"/* "$path"/.[!.]* "$path"/..?*; do
      if missing "$entry"; then continue; fi
      printf '%s\0' "${entry##*/}"
    done
    ;;
  remove)
    if missing "$path"; then exit 0; fi
    if [ -d "$path" ] && [ ! -L "$path" ]; then
      rmdir "$path"
    else
      rm -f "$path"
    fi
    ;;
  *)
    echo "unknown operation: $operation" >&2
    exit 2
    ;;
esac
