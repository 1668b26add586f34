#!/bin/sh
# Run from the repository root: sh oracle/milp/compare.sh   (needs Go and cbc; times both on the portfolios of the benchmarks)
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
MILP_LP_DIR=$dir go test -count=1 -run '^TestCompare_dump$' -v ./internal/milp | grep '^compare' | sort > "$dir/ours"
printf '%-12s %12s %10s %12s %10s\n' problem ours seconds cbc seconds
while read -r _ name value seconds; do
	log=$(cbc "$dir/$name.lp" ratio 0 allow 0 solve -quit)
	theirs=$(printf '%s\n' "$log" | awk '/^Objective value:/ {print $3}')
	wall=$(printf '%s\n' "$log" | sed -n 's/^Total time.*(Wallclock seconds): *//p')
	printf '%-12s %12s %10s %12s %10s\n' "$name" "$value" "$seconds" "$theirs" "$wall"
done < "$dir/ours"
