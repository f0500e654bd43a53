#!/bin/sh
# Usage: SERVICE=payments PORT=9000 REVISION=4711 TAGS='{"region": "r", "az": "a", "instance_id": "i"}' heartbeat.sh
# Run by discovery-heartbeat@.service, or by whatever else starts and ends with a host: registers it, repeats that as its
# heartbeat, and removes it on SIGTERM or SIGINT. While nobody answers it tries again and again. Needs curl.
#
# What it takes from its environment, beside those above:
#   IP                 of the host, as others reach it; 127.0.0.1 unless it is given
#   DISCOVERY_URL      of any member or of a load balancer, http://127.0.0.1:8080; several with spaces between are tried in turn
#   INTERVAL           seconds between two heartbeats, 60; a few of them fit into the members' HOST_TTL
#   INSTANCE_KEY       as the members have it, ip or ip_port
#   SERVICE_REPO_NAME  where the code of the host is
#   HEALTH_URL         of the host: there is a heartbeat only while it answers with 200 to 299
#   HEADER_FILE        a header for each request, such as scripts/make-secrets makes: Authorization: Bearer TOKEN
# SERVICE is as it stands in a path, with percent signs if need be.
set -eu

: "${SERVICE:?} ${PORT:?} ${REVISION:?} ${TAGS:?}"
IP=${IP:-127.0.0.1} INTERVAL=${INTERVAL:-60}
sleeping=

# Asks one URL after the other until one answers with 200, and says why others did not.
ask() { # PATH CURL_ARGUMENT...
  path=$1
  shift
  for url in ${DISCOVERY_URL:-http://127.0.0.1:8080}; do
    answer=$(curl -gsS --max-time 5 -w ' %{http_code}' ${HEADER_FILE:+-H "@$HEADER_FILE"} "$@" "$url/v1/registration/$path") || true
    [ "${answer##* }" != 200 ] || return 0
    echo "heartbeat of $SERVICE, $url: $answer" >&2
  done
  return 1
}

register() {
  [ -z "${HEALTH_URL:-}" ] || curl -gfsS --max-time 5 -o /dev/null "$HEALTH_URL" || return 1
  ask "$SERVICE" -d "ip=$IP" -d "port=$PORT" --data-urlencode "revision=$REVISION" --data-urlencode "tags=$TAGS" \
    --data-urlencode "service_repo_name=${SERVICE_REPO_NAME:-}"
}

# Waits in the background: the shell hears a signal at once then, and not when the time is over.
pause() { # SECONDS
  sleep "$1" &
  sleeping=$!
  wait "$sleeping"
}

deregister() {
  trap '' TERM INT
  kill "$sleeping" 2>/dev/null || true
  host=$IP
  if [ "${INSTANCE_KEY:-ip}" = ip_port ]; then
    case $IP in *:*) host="[$IP]:$PORT" ;; *) host=$IP:$PORT ;; esac
  fi
  for before in 0 1 2; do
    sleep "$before"
    # 400: it is not there, or not any more, since an answer to the same was lost.
    if ask "$SERVICE/$host" -X DELETE || [ "${answer##* }" = 400 ]; then exit 0; fi
  done
  echo "heartbeat of $SERVICE: $host may be listed until its lease ends" >&2
  exit 0
}

# Only between two requests, so that no registration comes after the removal.
trap deregister TERM INT
while :; do
  # From 1 to 5 s after a failure: when a registry is back, not all hosts come at once.
  if register; then pause "$INTERVAL"; else pause $((1 + $(od -An -N1 -tu1 /dev/urandom) % 5)); fi
done
