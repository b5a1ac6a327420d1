#!/usr/bin/env bash
# The official image's entrypoint, as far as compose files and testcontainers use it: no init scripts.
set -euo pipefail

fail() {
  echo "Error: $*" >&2
  exit 1
}

read_password() {
  [ -z "${POSTGRES_PASSWORD:-}" ] || fail "both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set"
  POSTGRES_PASSWORD=$(<"$POSTGRES_PASSWORD_FILE")
  export POSTGRES_PASSWORD
  unset POSTGRES_PASSWORD_FILE
}

initialise() {
  local user=${POSTGRES_USER:-postgres}
  local database=${POSTGRES_DB:-$user}
  [ -n "${POSTGRES_PASSWORD:-}" ] ||
    fail "the database is not initialised and no superuser password is given:" \
      "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE to a non-empty value"
  initdb --username "$user" --pwfile <(echo "$POSTGRES_PASSWORD")
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  # Without a server nobody can connect before all is there.
  [ "$database" = postgres ] || postgres --single postgres <<<"CREATE DATABASE \"$database\""
  echo "PostgreSQL init process complete; ready for start up."
}

[[ ${1:-} != -* ]] || set -- postgres "$@"
if [ "${1:-}" = postgres ]; then
  [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || read_password
  if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 700 "$PGDATA"
    chown -R postgres: "$PGDATA"
    exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
  fi
  [ -s "$PGDATA/PG_VERSION" ] || initialise
fi
exec "$@"
