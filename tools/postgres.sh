#!/usr/bin/env bash
# Starts a PostgreSQL server of its own for the tests, in a folder that is thrown away, and prints its address:
#   export MILIEU_TEST_DATABASE_URL=$(tools/postgres.sh start)
#   tools/postgres.sh stop
# It needs Debian's package postgresql, or any initdb and pg_ctl on the path.
set -euo pipefail

dir=${MILIEU_TEST_POSTGRES:-${TMPDIR:-/var/tmp}/milieu-test-postgres}
port=${MILIEU_TEST_POSTGRES_PORT:-54329}

# Debian keeps the server's programs off the path.
for bin in /usr/lib/postgresql/*/bin; do
  if [ -d "$bin" ]; then PATH="$bin:$PATH"; fi
done
command -v initdb >/dev/null || { echo "postgres.sh: there is no initdb; on Debian: apt-get install postgresql" >&2; exit 1; }

# The server refuses to run as root.
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups env PATH="$PATH" "$@"; else "$@"; fi; }

case "${1:-}" in
start)
  if ! as pg_ctl -D "$dir/data" status >/dev/null 2>&1; then
    rm -rf "$dir"
    mkdir -p "$dir"
    if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi
    cd "$dir"
    as initdb -D "$dir/data" -U milieu --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
    # Nothing here outlives the tests, so nothing need reach the disk: databases are made and dropped in a fraction of the time.
    as pg_ctl -D "$dir/data" -l "$dir/data/server.log" -w -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 -c fsync=off" start >/dev/null
  fi
  echo "postgres://milieu@127.0.0.1:$port/postgres?sslmode=disable"
  ;;
stop)
  as pg_ctl -D "$dir/data" -m fast stop >/dev/null
  rm -rf "$dir"
  ;;
*)
  echo "usage: tools/postgres.sh start|stop" >&2
  exit 2
  ;;
esac
