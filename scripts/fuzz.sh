#!/bin/sh
# make fuzz: every fuzz target of the module, each for SECONDS (default 10).
#
#   scripts/fuzz.sh [SECONDS]
#
# One line per target. What fails is in that package's testdata/fuzz afterwards, to be
# committed as a seed with the fix.
set -u
seconds=${1:-10}
cd "$(dirname "$0")/.." || exit 1
output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT
trap 'exit 130' INT TERM

# `go test -list` prints the targets of a package and then "ok <package> <time>".
if ! go test -list '^Fuzz' ./... >"$output" 2>&1; then
	grep -v '^ok\|no test files' "$output"
	echo "fuzz: the tests do not build; see above"
	exit 1
fi
targets=$(awk '
	/^Fuzz/ { names[++n] = $1 }
	$1 == "ok" { for (i = 1; i <= n; i++) print $2 ":" names[i]; n = 0 }
' "$output")
if [ -z "$targets" ]; then
	echo "fuzz: no fuzz target found"
	exit 1
fi

# Go's fuzzer may report its own time limit as a failure (golang/go#75804). Nothing was found
# then: the deadline is all it says, and it wrote no input.
out_of_time() {
	grep -q '^    context deadline exceeded$' "$output" && ! grep -q 'Failing input written\|panic:\|_test\.go:' "$output"
}

module=$(go list -m)
passed=0
failed=0
for target in $targets; do
	package=${target%%:*}
	name=${target##*:}
	if go test "$package" -run '^$' -fuzz "^$name\$" -fuzztime "${seconds}s" -fuzzminimizetime 10x >"$output" 2>&1 || out_of_time; then
		passed=$((passed + 1))
		executions=$(sed -n 's/.*execs: \([0-9]*\).*/\1/p' "$output" | tail -1)
		echo "ok      .${package#"$module"} $name: ${executions:-no} executions beyond the seeds"
	else
		failed=$((failed + 1))
		echo "FAILED  .${package#"$module"} $name"
		cat "$output"
	fi
done
# Programs made at random: the engine of cells against the compiler.
if go run ./internal/engine/gosuite/cmd fuzz -seconds "$seconds" >"$output" 2>&1; then
	passed=$((passed + 1))
	echo "ok      engine against compiled programs: $(tail -1 "$output")"
else
	failed=$((failed + 1))
	echo "FAILED  engine against compiled programs"
	cat "$output"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
