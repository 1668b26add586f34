#!/bin/sh
# Rebuilds internal/web/assets/dist (or the folder given) from the sources and the locked npm packages.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/../../internal/web/assets/dist}
case $out in /*) ;; *) out=$PWD/$out ;; esac
cd "$here"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
go run . -out "$out"
