# shellcheck shell=bash disable=SC2034
# Sourced by the scripts beside it: where things are, how java starts, how a member on this machine is asked.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
jar=$root/target/discovery.jar
cli=$root/target/discovery-cli.jar
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
archive=$root/target/discovery.jsa
read -ra options <<<"${JAVA_OPTS:-}"
# An archive that does not fit, or is not there, is passed over in silence.
options=(-XX:+ExitOnOutOfMemoryError "-XX:SharedArchiveFile=$archive" -Xlog:cds=off -Xlog:cds+dynamic=off ${options[@]+"${options[@]}"})

usage() { # prints the comment at the head of the script, and fails
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p;}' "$root/scripts/${0##*/}" >&2
  exit 1
}

unless_skipped() { # passes lines on, and fails if a check says that it was left out
  local line skipped=0
  while IFS= read -r line; do
    printf '%s\n' "$line"
    [[ $line != SKIPPED* ]] || skipped=1
  done
  return "$skipped"
}

can_make_networks() { # true where tests may make network namespaces
  [[ $(id -u) == 0 ]] && type -P ip iptables ss tc >/dev/null && ip netns add "dsc-probe$$" 2>/dev/null && ip netns del "dsc-probe$$"
}

fail() {
  echo "$*" >&2
  exit 1
}

version_at() { # COMMIT: prints the commit's full name, with its program at target/versions/NAME/discovery.jar, built if it is not there
  local commit program work
  commit=$(git -C "$root" rev-parse --verify --quiet "$1^{commit}") || fail "There is no commit '$1' here."
  program=$root/target/versions/$commit/discovery.jar
  if [[ ! -f $program ]]; then
    echo "Building the version at ${commit:0:12} ..." >&2
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # The folder is known now, and gone from the function's scope at the exit.
    trap "rm -rf '$work'" EXIT
    git clone -q --shared --no-checkout "$root" "$work" && git -C "$work" checkout -q --detach "$commit"
    (cd "$work" && mvn -q -B -Dmaven.test.skip=true package >&2) || fail "The version at $commit does not build: see above."
    mkdir -p "${program%/*}" && cp "$work/target/discovery.jar" "$program.part" && mv "$program.part" "$program"
  fi
  echo "$commit"
}

get() { # PORT PATH: prints the body, fails unless the answer is a 2xx
  curl --noproxy '*' -fs --max-time 2 "http://127.0.0.1:$1$2"
}

ready() { get "$1" /health/ready >/dev/null; } # PORT

members_seen() { # PORT: prints how many members that one lists, 0 if it does not answer
  echo $(($(get "$1" /v1/cluster | grep -o '"self"' | wc -l)))
}

listens() { # PORT: whether anybody does, on this machine
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_ports() { # COUNT: prints the first of COUNT ports in a row that nobody listens on
  local first port
  while first=$((20000 + RANDOM % 10000)); do
    for ((port = first; port < first + $1; port++)); do ! listens "$port" || continue 2; done
    echo "$first" && return
  done
}

millis() { # prints the milliseconds since 1970
  : "${EPOCHREALTIME:?this script needs bash 5 or newer}"
  echo $((${EPOCHREALTIME/[.,]/} / 1000))
}
