#!/bin/sh
# sitewright: collect.sh
# Reads facts of this host and changes nothing. POSIX sh; runs on dash, bash and BusyBox.
#
# Arguments: MARKER [limit=SECONDS] [keeper=watchdog] [only=SECTION] [user=ACCOUNT] [path=FOLDER]... [name=HOST]... [tcp=LABEL|ADDRESS|PORT]...
# Frame on stdout:  MARKER start SECONDS.NANOSECONDS
#                   MARKER begin SECTION / its output / MARKER end SECTION CODE MILLISECONDS
#                   MARKER finish SECONDS.NANOSECONDS
# On stderr the begin lines stand alone, so that each section's errors can be told apart.
# A section that ran out of its time has code 124. The marker is random, so no output can forge a frame.

# The whole script is a function: a script that was cut on its way does nothing at all.
main() {
  LC_ALL=C
  PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  export LC_ALL PATH
  unset CDPATH ENV BASH_ENV
  marker=$1
  shift
  limit=5
  only=
  account=
  for argument in "$@"; do
    case $argument in
      limit=*) limit=${argument#limit=} ;;
      only=*) only=${argument#only=} ;;
      user=*) account=${argument#user=} ;;
    esac
  done

  # How a command is stopped: by timeout(1) where it is, else by an own watchdog.
  if timeout -k 1 2 true >/dev/null 2>&1; then
    keeper=timeout-kill
  elif timeout 2 true >/dev/null 2>&1; then
    keeper=timeout
  else
    keeper=watchdog
  fi
  case " $* " in *" keeper=watchdog "*) keeper=watchdog ;; esac

  exec 3>&1
  printf '\n%s start %s\n' "$marker" "$(date +%s.%N)"

  section shell 'id -u; id -un; echo "shell=$SHELL"'
  section arch 'uname -m'
  section kernel 'uname -r'
  section os-release 'cat /etc/os-release || cat /usr/lib/os-release'
  section uptime 'cat /proc/uptime'
  section cpu 'grep -c "^processor" /proc/cpuinfo; grep -E -m1 "^(flags|Features)" /proc/cpuinfo'
  section governor 'cat /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor 2>/dev/null || echo none'
  section loadavg 'cat /proc/loadavg'
  section meminfo 'cat /proc/meminfo'
  section swaps 'cat /proc/swaps'
  section huge-pages 'cat /sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null || echo none'
  section kernel-log 'words=$(dmesg) || exit 1
    printf "%s\n" "$words" |
      grep -E -i "out of memory: kill|oom-kill:|blocked for more than [0-9]+ seconds|I/O error|remounting filesystem read-only" | tail -n 20
    exit 0'
  section reboot 'if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then echo required; exit 0; fi
    if command -v needs-restarting >/dev/null; then
      needs-restarting -r >/dev/null 2>&1
      [ $? -ne 1 ] || { echo required; exit 0; }
    fi
    echo none'
  section virtualisation 'if command -v systemd-detect-virt >/dev/null; then systemd-detect-virt; exit 0; fi
    if grep -q -w hypervisor /proc/cpuinfo; then echo virtual; else echo none; fi'
  section sysctl 'for key in net/ipv4/ip_forward net/bridge/bridge-nf-call-iptables net/ipv4/conf/all/rp_filter \
      fs/inotify/max_user_instances fs/inotify/max_user_watches vm/max_map_count vm/swappiness vm/overcommit_memory \
      net/core/somaxconn fs/file-max kernel/pid_max; do
      if value=$(cat "/proc/sys/$key"); then echo "$key=$value"; else echo "$key absent"; fi
    done 2>/dev/null'
  section modules 'release=$(uname -r)
    for module in overlay br_netfilter nf_conntrack ip_tables nf_tables; do
      state=absent
      if [ -d "/sys/module/$module" ]; then state=loaded
      elif grep -q -w "$module" /proc/filesystems; then state=loaded
      elif [ "$module" = br_netfilter ] && [ -d /proc/sys/net/bridge ]; then state=loaded
      elif [ "$module" = nf_conntrack ] && [ -e /proc/sys/net/netfilter/nf_conntrack_max ]; then state=loaded
      elif [ "$module" = ip_tables ] && [ -e /proc/net/ip_tables_names ]; then state=loaded
      elif grep -q "/$module\.ko" "/lib/modules/$release/modules.builtin" 2>/dev/null; then state=builtin
      elif modprobe -n -q "$module" 2>/dev/null; then state=loadable
      fi
      echo "$module $state"
    done'
  section init 'cat /proc/1/comm; if command -v systemctl >/dev/null; then systemctl is-system-running; fi; exit 0'
  section cgroup 'if [ -r /sys/fs/cgroup/cgroup.controllers ]; then echo v2; cat /sys/fs/cgroup/cgroup.controllers
    else echo v1; cat /proc/cgroups; fi'
  section selinux 'if command -v getenforce >/dev/null; then getenforce
    elif [ -r /sys/fs/selinux/enforce ]; then cat /sys/fs/selinux/enforce
    else echo none; fi'
  section apparmor 'if [ -r /sys/module/apparmor/parameters/enabled ]; then cat /sys/module/apparmor/parameters/enabled; else echo N; fi
    if command -v apparmor_parser >/dev/null; then echo parser; else echo no-parser; fi'
  section hostname 'uname -n'
  section machine-id 'cat /etc/machine-id'
  section product-uuid 'cat /sys/class/dmi/id/product_uuid'
  section interfaces 'for folder in /sys/class/net/*; do
      [ -e "$folder/address" ] || continue
      kind=virtual
      [ ! -e "$folder/device" ] || kind=physical
      read -r address <"$folder/address" || address=
      read -r mtu <"$folder/mtu" || mtu=0
      echo "${folder##*/} $kind $mtu ${address:--}"
    done'
  section addresses 'ip -o addr show || ifconfig -a'
  section route 'ip route show default || cat /proc/net/route'
  section resolvers 'cat /etc/resolv.conf'
  section proxy '{ env; cat /etc/environment 2>/dev/null; } | grep -i -E "^(export +)?(https?|ftp|all|no)_proxy=" | sed "s#//[^@/]*@#//***@#"; exit 0'
  section firewall 'for unit in firewalld ufw nftables iptables; do
      if command -v systemctl >/dev/null; then state=$(systemctl is-active "$unit" 2>/dev/null); else state=unknown; fi
      echo "$unit ${state:-unknown}"
    done'
  section commands 'for name in ip iptables mount nsenter conntrack socat ethtool tc; do
      if command -v "$name" >/dev/null; then echo "$name found"; else echo "$name absent"; fi
    done'
  section iptables 'iptables --version'
  section limits 'cat /proc/self/limits'
  section locale 'locale -a'
  section time-sync 'if command -v timedatectl >/dev/null; then
      timedatectl show -p NTPSynchronized 2>/dev/null || timedatectl status | grep -i "synchronized"
    fi
    if command -v systemctl >/dev/null; then
      for unit in chronyd chrony ntpd ntp ntpsec systemd-timesyncd ptp4l phc2sys vmtoolsd open-vm-tools; do
        state=$(systemctl is-active "$unit" 2>/dev/null)
        [ "$state" != active ] || echo "active $unit"
      done
    fi
    exit 0'
  section chrony 'if command -v chronyc >/dev/null; then chronyc -c tracking; else echo none; fi'
  section time-zone 'date +%z'
  section runtime 'for socket in /run/containerd/containerd.sock /run/crio/crio.sock /run/cri-dockerd.sock /run/docker.sock; do
      [ ! -S "$socket" ] || echo "socket $socket"
    done
    if command -v containerd >/dev/null; then echo "version containerd $(containerd --version)"; fi
    if command -v crio >/dev/null; then echo "version crio $(crio --version 2>/dev/null | head -n 1)"; fi
    if command -v dockerd >/dev/null; then echo "version docker $(dockerd --version)"; fi
    if [ -r /etc/containerd/config.toml ]; then
      sed -n "s/^ *SystemdCgroup *= *\([a-z]*\).*/systemd-cgroup \1/p; s/^ *config_path *= *\"\(.*\)\".*/config-path \1/p" /etc/containerd/config.toml
    fi
    exit 0'
  section temporary 'for folder in /tmp "$HOME"; do
      if [ -d "$folder" ] && [ -w "$folder" ]; then echo "$folder writable"; else echo "$folder refused"; fi
    done'
  if [ -n "$account" ]; then
    section password 'if command -v chage >/dev/null; then chage -l "$1"; else echo none; fi' "$account"
  fi

  # From here on commands may hang for outside reasons: name services, networks, dead mounts.
  section own-name 'getent hosts "$(uname -n)"'
  section wildcard 'getent hosts "sitewright-$1"' "$marker"
  section mounts 'cat /proc/mounts'
  index=0
  for argument in "$@"; do
    case $argument in
      name=*)
        index=$((index + 1))
        section "name-$index" 'echo "name=$1"; getent hosts "$1"' "${argument#name=}"
        ;;
      path=*)
        index=$((index + 1))
        section "path-$index" "$path_body" "${argument#path=}"
        ;;
    esac
  done
  section tcp "$tcp_body" "$@"

  printf '\n%s finish %s\n' "$marker" "$(date +%s.%N)"
}

# State of one planned folder, and of the file system that holds it or will hold it.
path_body='path=$1
  echo "path=$path"
  if [ -L "$path" ]; then state=link; elif [ -d "$path" ]; then state=folder; elif [ -e "$path" ]; then state=other; else state=absent; fi
  echo "state=$state"
  if [ "$state" = folder ]; then
    if [ -n "$(ls -A "$path" | head -n 1)" ]; then echo "content=some"; else echo "content=none"; fi
  fi
  near=$path
  while [ ! -e "$near" ] && [ "$near" != / ]; do near=${near%/*}; near=${near:-/}; done
  echo "near=$near"
  echo "real=$(readlink -f "$near")"
  echo "space=$(df -kP "$near" | tail -n 1)"
  echo "inodes=$(df -iP "$near" 2>/dev/null | tail -n 1)"
  if command -v xfs_info >/dev/null; then echo "xfs=$(xfs_info "$near" 2>/dev/null | grep -o "ftype=[01]")"; fi
  exit 0'

# All connections are tried at once; each prints its own line when it knows.
tcp_body='try() {
    label=${1%%|*}; rest=${1#*|}; address=${rest%|*}; port=${rest##*|}
    if command -v bash >/dev/null && command -v timeout >/dev/null; then
      words=$(timeout 3 bash -c "exec 9<>/dev/tcp/\$0/\$1" "$address" "$port" 2>&1); code=$?
    elif command -v nc >/dev/null; then
      words=$(nc -z -w 3 "$address" "$port" 2>&1); code=$?
      if [ $code -eq 1 ] && [ -z "$words" ]; then words=timed-out; fi
    else
      words=; code=127
    fi
    case $code:$words in
      0:*) outcome=connected ;;
      127:) outcome=no-tool ;;
      *efused*) outcome=refused ;;
      124:* | 143:* | *imed?out*) outcome=timeout ;;
      *nreachable* | *"No route"*) outcome=unreachable ;;
      *not?known* | *resol*) outcome=unresolved ;;
      *) outcome=unclear ;;
    esac
    echo "$label|$address|$port|$outcome"
  }
  for argument in "$@"; do
    case $argument in tcp=*) try "${argument#tcp=}" & ;; esac
  done
  wait'

# section NAME BODY ARGUMENTS...: runs BODY in a shell of its own, framed, limited in time and size.
section() {
  name=$1
  body=$2
  shift 2
  [ -z "$only" ] || [ "$only" = "$name" ] || return 0
  printf '\n%s begin %s\n' "$marker" "$name"
  printf '\n%s begin %s\n' "$marker" "$name" >&2
  stamp
  begun=$now
  # The exit code travels on descriptor 4 beside the output, which is cut after 64 KiB.
  code=$({ { limited "$body" "$@" </dev/null 3>&- 4>&-; echo $? >&4; } | head -c 65536 >&3; } 4>&1)
  stamp
  printf '\n%s end %s %s %s\n' "$marker" "$name" "${code:-1}" $(((now - begun) * 10))
}

# Hundredths of a second since the host was started, without starting a process.
stamp() {
  now=0
  if read -r up _ </proc/uptime; then
    now=${up%.*}${up#*.}
    now=${now#0}
    now=${now#0}
    now=${now:-0}
  fi 2>/dev/null
}

# limited BODY ARGUMENTS...: never longer than the limit; ends with 124 when it was stopped.
limited() {
  body=$1
  shift
  case $keeper in
    timeout-kill) timeout -k 1 "$limit" sh -c "$body" sitewright "$@" ;;
    timeout) timeout "$limit" sh -c "$body" sitewright "$@" ;;
    *) watched "$body" "$@" ;;
  esac
  code=$?
  case $code in
    124 | 137 | 143) return 124 ;;
  esac
  return $code
}

watched() {
  body=$1
  shift
  sh -c "$body" sitewright "$@" &
  watched=$!
  (
    slept=0
    while [ "$slept" -lt "$limit" ]; do
      sleep 1
      slept=$((slept + 1))
      kill -0 "$watched" || exit 0
    done
    kill_tree "$watched"
  ) >/dev/null 2>&1 &
  guard=$!
  wait "$watched"
  code=$?
  kill "$guard" 2>/dev/null
  return $code
}

# The shell and what it started: a child that lives on would hold the pipe open.
# Stopped from the top first: a parent whose child is killed would go on and start the next one.
kill_tree() {
  kill -STOP "$1"
  for child in $(cat "/proc/$1/task/$1/children"); do
    kill_tree "$child"
  done
  kill -9 "$1"
}

main "$@"
