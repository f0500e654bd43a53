# shellcheck shell=bash disable=SC2034,SC2154
# Sourced by the scripts that need Docker, after common.bash: an engine, and the image out of what can be had here.
PATH=$PATH:/usr/sbin:/sbin
network=()
state=${CONTAINERS:-${HOME:-/root}/.cache/discovery-containers}

find_network() { # an engine without a bridge builds with the network of this machine
  docker network inspect bridge >/dev/null 2>&1 || network=(--network host)
}

engine_answers() { docker version >/dev/null 2>&1; }

own_engine() { # whether find_engine has started it, here or in a script that calls this one
  [[ ${DOCKER_HOST:-} == "unix://$state/socket" ]]
}

find_engine() { # sets no_engine to the reason where it fails
  no_engine='there is no docker on the PATH: install Docker, or docker.io of Debian and Ubuntu'
  type -P docker >/dev/null || return 1
  if engine_answers; then find_network && return; fi
  no_engine='no Docker engine answers, and none can be started: that takes root and dockerd'
  [[ $(id -u) == 0 ]] && type -P dockerd >/dev/null || return 1
  mkdir -p "$state"
  export DOCKER_HOST=unix://$state/socket
  # It has no bridge but those of Compose and of the tests, and leaves the firewall of this machine alone.
  dockerd --data-root "$state/data" --exec-root "$state/exec" --pidfile "$state/pid" --host "$DOCKER_HOST" --bridge=none \
    --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false >"$state/log" 2>&1 &
  engine=$!
  for ((SECONDS = 0; SECONDS < 60; )); do
    if engine_answers; then find_network && return; fi
    no_engine="the Docker engine ended: see $state/log"
    kill -0 "$engine" 2>/dev/null || return 1
    sleep 0.2
  done
  no_engine="the Docker engine does not answer within 60 s: see $state/log" && return 1
}

end_engine() { # ends the engine that find_engine has started
  [[ -z ${engine:-} ]] || { kill "$engine" 2>/dev/null && wait "$engine"; } || true
}

# Stand-ins have the names of other images: an engine that others use would go on with them.
find_images() { # IMAGE...: pulls each, or replaces it by a stand-in, aloud; sets standins to the number of those
  local image
  standins=0
  for image; do
    if ! docker image inspect "$image" >/dev/null 2>&1 && ! timeout 600 docker pull --quiet "$image"; then
      own_engine || { echo "$image cannot be pulled: see above." >&2 && return 1; }
      "$root/scripts/stand-in-images" "$image" || return 1
    fi
    [[ $(docker image inspect --format '{{index .Config.Labels "io.discovery.stand-in"}}' "$image") != true ]] ||
      { standins=$((standins + 1)) && echo "STAND-IN: $image is not the image of that name: see src/test/docker"; }
  done
}

bases() { # prints the images that the image is made of
  sed -n 's/^FROM \([^ ]*\).*/\1/p' "$root/src/main/docker/Dockerfile"
}

build_image() { # VERSION REVISION TAG: of the sources in the working directory
  docker build "${network[@]}" --build-arg "VERSION=$1" --build-arg "REVISION=$2" --tag "$3" --file src/main/docker/Dockerfile .
}
