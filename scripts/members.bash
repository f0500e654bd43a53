# shellcheck shell=bash source-path=SCRIPTDIR
# Sourced by the scripts that run members in the background. DIR, absolute, holds a member's data, log and pid.
source "$(dirname "${BASH_SOURCE[0]}")/common.bash"
balancer=$root/cluster-config/haproxy.cfg
type -P curl >/dev/null || fail "There is no curl on the PATH: this script asks the members with it."

start_member() { # DIR HTTP_PORT HAZELCAST_PORT MEMBERS [DNS_PORT]
  launch "$1" env -u CLUSTER_CONFIG HOST=127.0.0.1 PORT="$2" CLUSTER_HOST=127.0.0.1 CLUSTER_PORT="$3" CLUSTER_MEMBERS="$4" \
    DNS_PORT="${5:-0}" BACKEND_STORAGE="${BACKEND_STORAGE:-InFile}" APPLICATION_DIR="$1" \
    "$java" "${options[@]}" "-Ddiscovery.dir=$1" -jar "$jar"
}

start_balancer() { # DIR HTTP_PORT PORT_OF_MEMBER_1: HAProxy before three members; it need not be restarted with them
  local haproxy
  haproxy=$(PATH=$PATH:/usr/sbin:/usr/local/sbin && type -P haproxy) ||
    fail "There is no haproxy on the PATH. On Debian and Ubuntu: sudo apt-get install haproxy"
  launch "$1" env LISTEN="127.0.0.1:$2" MEMBER_1="127.0.0.1:$3" MEMBER_2="127.0.0.1:$(($3 + 1))" \
    MEMBER_3="127.0.0.1:$(($3 + 2))" "$haproxy" -db -C "$1" -f "$balancer"
}

launch() { # DIR COMMAND...: out of reach of Ctrl-C and hang-ups; await_ready counts from here
  mkdir -p "$1"
  (exec "$(command -v setsid || command -v nohup)" "${@:2}") </dev/null >>"$1/log" 2>&1 &
  echo $! >"$1/pid" && disown $! && SECONDS=0
}

member_pid() { # DIR: prints the pid of its member, or load balancer; fails if it is not running, whoever has that pid by now
  local pid command
  pid=$(cat "$1/pid" 2>/dev/null) || return 1
  command=$({ tr '\0' ' ' <"/proc/$pid/cmdline" || ps -ww -o args= -p "$pid"; } 2>/dev/null) || return 1
  [[ $command == *" -Ddiscovery.dir=$1 -jar $jar"* || $command == *" -C $1 -f $balancer"* ]] && echo "$pid"
}

await_ready() { # DIR HTTP_PORT: at most 60 s after the last start; otherwise fails and shows the end of the log
  until ready "$2"; do
    if ((SECONDS < 60)) && { ((SECONDS < 2)) || member_pid "$1" >/dev/null; }; then sleep 0.05 && continue; fi
    { echo "Port $2 is not ready after $SECONDS s; the end of $1/log:" && tail -n 20 "$1/log"; } >&2 && return 1
  done
}

signal_members() { # SIGNAL DIR...: signals those that run and waits, at most 60 s, until all are gone
  local dir pid signal=$1 end=$((SECONDS + 60))
  for dir in "${@:2}"; do ! pid=$(member_pid "$dir") || kill -s "$signal" "$pid" 2>/dev/null || true; done
  for dir in "${@:2}"; do
    while pid=$(member_pid "$dir") && sleep 0.1; do
      ((SECONDS < end)) || { echo "Process $pid still runs, 60 s after SIG$signal; its log: $dir/log" >&2 && return 1; }
    done
  done
}
