#!/bin/sh
# Checks the types of the scripts, rebuilds to a temporary folder and compares with the committed files.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$here/build.sh" "$tmp/dist" >/dev/null
"$here/node_modules/.bin/tsc" --project "$here/tsconfig.json"
if ! diff -rq "$here/../../internal/web/assets/dist" "$tmp/dist"; then
  echo "assets: dist is not what the sources make; run tools/assets/build.sh and commit the result" >&2
  exit 1
fi
echo "assets: dist matches its sources"
